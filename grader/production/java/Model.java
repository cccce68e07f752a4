/** A model that a native library has loaded. Several threads may run it at once. */
interface Model extends AutoCloseable {
    /** The version of the native library. */
    String version();

    /**
     * The answers to all rows of a batch.
     *
     * @throws NativeError with the library's own sentence
     */
    Tensor run(Tensor rows);

    @Override
    void close();

    /** What a native library says is wrong. */
    class NativeError extends RuntimeException {
        private static final long serialVersionUID = 1;

        NativeError(String sentence) {
            super(sentence);
        }
    }
}
