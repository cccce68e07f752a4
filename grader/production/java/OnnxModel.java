import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An ONNX model, run by the C library in ONNX Runtime's wheel for Python.
 *
 * <p>That library's interface is one struct of pointers to functions, OrtApi in
 * onnxruntime_c_api.h. A new version only adds to its end.
 */
final class OnnxModel implements Model {
    private static final int API = 17; // the struct as it was in ONNX Runtime 1.17
    private static final int FLOAT = 1; // ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
    private static final int ERRORS = 3; // ORT_LOGGING_LEVEL_ERROR
    private static final MemorySegment NULL = MemorySegment.NULL;

    // Positions in the struct.
    private static final int ERROR_MESSAGE = 2, CREATE_ENVIRONMENT = 3, CREATE_SESSION = 7, RUN = 9,
            CREATE_OPTIONS = 10, SET_THREADS = 24, COUNT_INPUTS = 30, COUNT_OUTPUTS = 31,
            INPUT_NAME = 36, OUTPUT_NAME = 37, CREATE_TENSOR = 49, TENSOR_DATA = 51, TYPE = 60,
            COUNT_AXES = 61, SHAPE = 62, COUNT_VALUES = 64, TYPE_AND_SHAPE = 65, CPU_MEMORY = 69,
            ALLOCATOR = 78, RELEASE_ENVIRONMENT = 92, RELEASE_STATUS = 93, RELEASE_MEMORY = 94,
            RELEASE_SESSION = 95, RELEASE_VALUE = 96, RELEASE_TYPE_AND_SHAPE = 99,
            RELEASE_OPTIONS = 100;

    private final Map<Integer, MethodHandle> functions = new ConcurrentHashMap<>();
    private final Arena arena = Arena.ofAuto();
    private final String version;
    private final MemorySegment api, environment, session, memory, input, output;

    OnnxModel(Path library, Path model) {
        var getBase = SymbolLookup.libraryLookup(library, Arena.global()).find("OrtGetApiBase");
        // struct OrtApiBase { GetApi, GetVersionString }
        var base = ((MemorySegment) Native.call(Native.function(getBase.orElseThrow(), ADDRESS)))
                .reinterpret(2 * ADDRESS.byteSize());
        var getVersion = Native.function(base.getAtIndex(ADDRESS, 1), ADDRESS);
        version = Native.text((MemorySegment) Native.call(getVersion));
        var getApi = Native.function(base.getAtIndex(ADDRESS, 0), ADDRESS, API);
        api = ((MemorySegment) Native.call(getApi, API))
                .reinterpret((RELEASE_OPTIONS + 1) * ADDRESS.byteSize());
        environment = made(arena, CREATE_ENVIRONMENT, ERRORS, arena.allocateFrom("course"));
        var options = made(arena, CREATE_OPTIONS);
        checked(SET_THREADS, options, 1);
        session = made(arena, CREATE_SESSION, environment, path(model), options);
        call(RELEASE_OPTIONS, null, options);
        memory = made(arena, CPU_MEMORY, 0, 0);
        long inputs = number(arena, COUNT_INPUTS, session);
        long outputs = number(arena, COUNT_OUTPUTS, session);
        if (inputs != 1 || outputs != 1)
            throw new IllegalArgumentException("the model has " + inputs + " inputs and " + outputs
                    + " outputs; this program runs models that have one of each");
        var allocator = made(arena, ALLOCATOR);
        input = arena.allocateFrom(ADDRESS, made(arena, INPUT_NAME, session, 0L, allocator));
        output = arena.allocateFrom(ADDRESS, made(arena, OUTPUT_NAME, session, 0L, allocator));
    }

    private MemorySegment path(Path model) { // Windows has characters of two bytes
        return File.separatorChar == '\\'
                ? arena.allocateFrom(model.toString(), StandardCharsets.UTF_16LE)
                : arena.allocateFrom(model.toString());
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Tensor run(Tensor rows) {
        try (var arena = Arena.ofConfined()) {
            var data = arena.allocateFrom(JAVA_FLOAT, rows.values());
            var shape = arena.allocateFrom(JAVA_LONG, rows.shape());
            var given = made(arena, CREATE_TENSOR, memory, data, data.byteSize(), shape,
                    (long) rows.shape().length, FLOAT);
            var answers = arena.allocate(ADDRESS);
            try {
                checked(RUN, session, NULL, input, arena.allocateFrom(ADDRESS, given), 1L,
                        output, 1L, answers);
            } finally {
                call(RELEASE_VALUE, null, given);
            }
            var answer = answers.get(ADDRESS, 0);
            try {
                return values(arena, answer);
            } finally {
                call(RELEASE_VALUE, null, answer);
            }
        }
    }

    private Tensor values(Arena arena, MemorySegment answer) {
        var about = made(arena, TYPE_AND_SHAPE, answer);
        try {
            if (number(arena, TYPE, about) != FLOAT)
                throw new IllegalArgumentException("the model's answers are not of type float32");
            long axes = number(arena, COUNT_AXES, about);
            var shape = arena.allocate(JAVA_LONG, axes);
            checked(SHAPE, about, shape, axes);
            long bytes = number(arena, COUNT_VALUES, about) * JAVA_FLOAT.byteSize();
            var data = made(arena, TENSOR_DATA, answer).reinterpret(bytes);
            return new Tensor(shape.toArray(JAVA_LONG), data.toArray(JAVA_FLOAT));
        } finally {
            call(RELEASE_TYPE_AND_SHAPE, null, about);
        }
    }

    @Override
    public void close() {
        call(RELEASE_MEMORY, null, memory);
        call(RELEASE_SESSION, null, session);
        call(RELEASE_ENVIRONMENT, null, environment);
    }

    /** Call a function that writes a pointer to where its last argument leads. */
    private MemorySegment made(Arena arena, int position, Object... arguments) {
        var place = arena.allocate(ADDRESS);
        checked(position, Native.with(arguments, place));
        return place.get(ADDRESS, 0);
    }

    /** Call a function that writes a number, of 4 bytes or 8, in the same way. */
    private long number(Arena arena, int position, Object... arguments) {
        var place = arena.allocate(JAVA_LONG); // holds zeros
        checked(position, Native.with(arguments, place));
        return place.get(JAVA_LONG, 0);
    }

    /** Call a function that returns a status, which is NULL unless there is an error. */
    private void checked(int position, Object... arguments) {
        var status = (MemorySegment) call(position, ADDRESS, arguments);
        if (status.equals(NULL)) return;
        var sentence = Native.text((MemorySegment) call(ERROR_MESSAGE, ADDRESS, status));
        call(RELEASE_STATUS, null, status);
        throw new NativeError(sentence);
    }

    private Object call(int position, MemoryLayout result, Object... arguments) {
        var function = functions.computeIfAbsent(position,
                p -> Native.function(api.getAtIndex(ADDRESS, p), result, arguments));
        return Native.call(function, arguments);
    }
}
