import highlight from 'highlight.js/lib/core';
import typescript from 'highlight.js/lib/languages/typescript';

highlight.registerLanguage('typescript', typescript);

export { highlight };
