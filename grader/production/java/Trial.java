import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Runs a model on rows: all at once, one by one, and from many threads.
 *
 * <p>Arguments: the file of the rows (a {@link Tensor}), the file to write, the model's class, the
 * native library, the model, and for TensorFlow the names of input and output.
 *
 * <p>What is written begins with a boolean. If it is false, a sentence in UTF-8 follows. If it is
 * true, there follow: the versions of the library and of Java (strings); the answers to all rows at
 * once and to each alone (tensors); microseconds for a row by itself and for one of a batch
 * (doubles); the number of threads (int); and whether each got the answer that its row got alone
 * (boolean).
 */
final class Trial {
    private static final int THREADS = 2000;
    private static final double WARM_UP = 0.1, MEASURED = 0.2; // seconds

    private Trial() {}

    public static void main(String[] arguments) throws IOException {
        Tensor rows;
        try (var file = new DataInputStream(
                new BufferedInputStream(Files.newInputStream(Path.of(arguments[0]))))) {
            rows = Tensor.read(file);
        }
        try (var file = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1]))))) {
            try (var model = load(arguments)) {
                write(file, model, rows);
            } catch (Model.NativeError | IllegalArgumentException error) {
                file.writeBoolean(false);
                file.write(error.getMessage().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static Model load(String[] arguments) {
        Path library = Path.of(arguments[3]), model = Path.of(arguments[4]);
        return switch (arguments[2]) {
            case "TensorFlow" -> new TensorFlow(library, model, arguments[5], arguments[6]);
            case "OnnxModel" -> new OnnxModel(library, model);
            default -> throw new IllegalArgumentException("no model is a " + arguments[2]);
        };
    }

    private static void write(DataOutputStream file, Model model, Tensor rows) throws IOException {
        // All that may fail comes before the first byte.
        var together = model.run(rows);
        var each = IntStream.range(0, rows.rows()).mapToObj(rows::row).toArray(Tensor[]::new);
        var alone = Arrays.stream(each).map(model::run).toArray(Tensor[]::new);
        double single = microseconds(() -> model.run(each[0]));
        double batch = microseconds(() -> model.run(rows)) / rows.rows();
        boolean equal = sameFromThreads(model, each, alone);
        file.writeBoolean(true);
        file.writeUTF(model.version());
        file.writeUTF(Runtime.version().toString());
        together.write(file);
        Tensor.concatenated(alone).write(file);
        file.writeDouble(single);
        file.writeDouble(batch);
        file.writeInt(THREADS);
        file.writeBoolean(equal);
    }

    private static boolean sameFromThreads(Model model, Tensor[] each, Tensor[] alone) {
        List<Future<Tensor>> answers;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(0, THREADS)
                    .mapToObj(i -> pool.submit(() -> model.run(each[i % each.length])))
                    .toList();
        } // waits for all of them
        return IntStream.range(0, THREADS).allMatch(i -> Arrays.equals(
                answers.get(i).resultNow().values(), alone[i % alone.length].values()));
    }

    /** The mean time of a call, after the virtual machine has compiled it. */
    private static double microseconds(Runnable call) {
        repeat(call, WARM_UP);
        return repeat(call, MEASURED);
    }

    private static double repeat(Runnable call, double seconds) {
        long start = System.nanoTime(), elapsed = 0, calls = 0;
        while (elapsed < seconds * 1e9) {
            call.run();
            calls++;
            elapsed = System.nanoTime() - start;
        }
        return elapsed / 1e3 / calls;
    }
}
