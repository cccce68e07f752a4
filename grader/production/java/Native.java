import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/** Calls into C. */
final class Native {
    private static final Linker LINKER = Linker.nativeLinker();

    private Native() {}

    /**
     * The C function at an address, to be called with an array of arguments.
     *
     * @param result what it returns; null if nothing
     * @param arguments those of a call: each is an int, a long or a pointer
     */
    static MethodHandle function(MemorySegment address, MemoryLayout result, Object... arguments) {
        var types = Arrays.stream(arguments).map(Native::type).toArray(MemoryLayout[]::new);
        var description =
                result == null
                        ? FunctionDescriptor.ofVoid(types)
                        : FunctionDescriptor.of(result, types);
        return LINKER.downcallHandle(address, description)
                .asSpreader(Object[].class, arguments.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private static MemoryLayout type(Object argument) {
        return switch (argument) {
            case Integer i -> JAVA_INT;
            case Long l -> JAVA_LONG;
            default -> ADDRESS;
        };
    }

    static Object call(MethodHandle function, Object... arguments) {
        try {
            return (Object) function.invokeExact(arguments);
        } catch (Throwable impossible) { // C throws nothing
            throw new AssertionError(impossible);
        }
    }

    /** The arguments, and one more behind them. */
    static Object[] with(Object[] arguments, Object last) {
        var all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    /** The text that a pointer of C leads to. */
    static String text(MemorySegment pointer) {
        return pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
