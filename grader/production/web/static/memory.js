// TensorFlow.js's count of tensors, with answers that are disposed of and forgotten ones.

const TIMES = 10;

/** Let the learner see that a tensor that is not disposed of stays. */
export function countTensors(tensorFlow, elements, pixels) {
  const { dispose, forget, tensors, predicted } = elements;
  const show = () => {
    const { numTensors, numBytes } = tensorFlow.memory();
    tensors.value = `${numTensors} tensors of ${numBytes.toLocaleString("en")} bytes`;
    tensors.dataset.count = numTensors;
    return numTensors;
  };
  const predict = (disposed) => {
    const before = show();
    for (let i = 0; i < TIMES; i++) {
      const answer = tensorFlow.predict(pixels());
      if (disposed) answer.dispose();
    }
    const after = show();
    const line = document.createElement("li");
    const fate = disposed ? "disposed of" : "forgotten";
    line.textContent = `${TIMES} answers ${fate}: ${before} tensors before, ${after} after.`;
    predicted.append(line);
  };
  dispose.onclick = () => predict(true);
  forget.onclick = () => predict(false);
  dispose.disabled = forget.disabled = false;
  show();
}
