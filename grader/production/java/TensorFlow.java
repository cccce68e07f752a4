import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A SavedModel, run by the C library in TensorFlow's wheel for Python. */
final class TensorFlow implements Model {
    private static final int FLOAT = 1; // TF_FLOAT
    private static final MemorySegment NULL = MemorySegment.NULL;
    // struct TF_Output { TF_Operation* oper; int index; }
    private static final StructLayout OUTPUT =
            MemoryLayout.structLayout(ADDRESS, JAVA_INT, MemoryLayout.paddingLayout(4));
    // The message ConfigProto: fields 2 and 5, the threads within and between operations, are 1.
    private static final byte[] ONE_THREAD = {2 << 3, 1, 5 << 3, 1};

    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
    private final SymbolLookup library;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment graph, session, input, output;

    /** Load a model; its input and output are named as operation:index. */
    TensorFlow(Path library, Path model, String input, String output) {
        this.library = SymbolLookup.libraryLookup(library, Arena.global());
        graph = pointer("TF_NewGraph");
        var options = pointer("TF_NewSessionOptions");
        var config = arena.allocateFrom(JAVA_BYTE, ONE_THREAD);
        checked("TF_SetConfig", null, options, config, config.byteSize());
        var folder = arena.allocateFrom(model.toString());
        var tags = arena.allocateFrom(ADDRESS, arena.allocateFrom("serve"));
        session = (MemorySegment) checked("TF_LoadSessionFromSavedModel", ADDRESS,
                options, NULL, folder, tags, 1, graph, NULL);
        call("TF_DeleteSessionOptions", null, options);
        this.input = end(input);
        this.output = end(output);
    }

    private MemorySegment end(String name) {
        int colon = name.lastIndexOf(':');
        var operation = pointer("TF_GraphOperationByName", graph,
                arena.allocateFrom(name.substring(0, colon)));
        if (operation.equals(NULL))
            throw new IllegalArgumentException("the model has no operation of " + name);
        var end = arena.allocate(OUTPUT);
        end.set(ADDRESS, 0, operation);
        end.set(JAVA_INT, ADDRESS.byteSize(), Integer.parseInt(name.substring(colon + 1)));
        return end;
    }

    @Override
    public String version() {
        return Native.text(pointer("TF_Version"));
    }

    @Override
    public Tensor run(Tensor rows) {
        try (var arena = Arena.ofConfined()) {
            var given = arena.allocateFrom(ADDRESS, tensor(arena, rows));
            var answers = arena.allocate(ADDRESS);
            try {
                checked("TF_SessionRun", null, session, NULL, input, given, 1,
                        output, answers, 1, NULL, 0, NULL);
            } finally {
                call("TF_DeleteTensor", null, given.get(ADDRESS, 0));
            }
            var answer = answers.get(ADDRESS, 0);
            try {
                return values(answer);
            } finally {
                call("TF_DeleteTensor", null, answer);
            }
        }
    }

    private MemorySegment tensor(Arena arena, Tensor rows) {
        long bytes = rows.values().length * JAVA_FLOAT.byteSize();
        var shape = arena.allocateFrom(JAVA_LONG, rows.shape());
        var tensor = pointer("TF_AllocateTensor", FLOAT, shape, rows.shape().length, bytes);
        var data = pointer("TF_TensorData", tensor).reinterpret(bytes);
        MemorySegment.copy(rows.values(), 0, data, JAVA_FLOAT, 0, rows.values().length);
        return tensor;
    }

    private Tensor values(MemorySegment tensor) {
        if ((int) call("TF_TensorType", JAVA_INT, tensor) != FLOAT)
            throw new IllegalArgumentException("the model's answers are not of type float32");
        var shape = new long[(int) call("TF_NumDims", JAVA_INT, tensor)];
        for (int i = 0; i < shape.length; i++)
            shape[i] = (long) call("TF_Dim", JAVA_LONG, tensor, i);
        long bytes = (long) call("TF_TensorByteSize", JAVA_LONG, tensor);
        var data = pointer("TF_TensorData", tensor).reinterpret(bytes);
        return new Tensor(shape, data.toArray(JAVA_FLOAT));
    }

    @Override
    public void close() {
        checked("TF_DeleteSession", null, session);
        call("TF_DeleteGraph", null, graph);
    }

    private MemorySegment pointer(String name, Object... arguments) {
        return (MemorySegment) call(name, ADDRESS, arguments);
    }

    private Object call(String name, MemoryLayout result, Object... arguments) {
        var function = functions.computeIfAbsent(name,
                n -> Native.function(library.find(n).orElseThrow(), result, arguments));
        return Native.call(function, arguments);
    }

    /** Call a function whose last argument is a TF_Status, which tells errors. */
    private Object checked(String name, MemoryLayout result, Object... arguments) {
        var status = pointer("TF_NewStatus");
        try {
            var answer = call(name, result, Native.with(arguments, status));
            if ((int) call("TF_GetCode", JAVA_INT, status) != 0)
                throw new NativeError(Native.text(pointer("TF_Message", status)));
            return answer;
        } finally {
            call("TF_DeleteStatus", null, status);
        }
    }
}
