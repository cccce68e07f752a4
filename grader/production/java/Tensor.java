import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Numbers in rows: their shape, whose first size is the number of rows, and their values.
 *
 * <p>In a file: the number of sizes (int), each size (long), each value (float); high byte first.
 */
record Tensor(long[] shape, float[] values) {
    static Tensor read(DataInputStream file) throws IOException {
        var shape = new long[file.readInt()];
        for (int i = 0; i < shape.length; i++) shape[i] = file.readLong();
        var values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) values[i] = file.readFloat();
        return new Tensor(shape, values);
    }

    void write(DataOutputStream file) throws IOException {
        file.writeInt(shape.length);
        for (long size : shape) file.writeLong(size);
        for (float value : values) file.writeFloat(value);
    }

    int rows() {
        return (int) shape[0];
    }

    /** One of the rows, as a batch of one. */
    Tensor row(int index) {
        int width = values.length / rows();
        var one = shape.clone();
        one[0] = 1;
        return new Tensor(one, Arrays.copyOfRange(values, index * width, (index + 1) * width));
    }

    /** Batches one behind the other, as one. */
    static Tensor concatenated(Tensor[] parts) {
        var shape = parts[0].shape.clone();
        shape[0] = Arrays.stream(parts).mapToLong(part -> part.shape[0]).sum();
        var all = FloatBuffer.allocate(parts.length * parts[0].values.length);
        for (var part : parts) all.put(part.values);
        return new Tensor(shape, all.array());
    }
}
