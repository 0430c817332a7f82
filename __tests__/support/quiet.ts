// TensorFlow.js advertises tfjs-node to whoever computes without it, in each test file anew.
const { warn } = console;
console.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes('looks like you are running TensorFlow.js in Node.js'))
    warn(...words);
};
