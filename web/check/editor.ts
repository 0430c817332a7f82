import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  ensureSyntaxTree,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface Editor {
  readonly code: string;
  /** Puts other code into the editor, its backward pass in sight; `edited` is not told. */
  show(code: string): void;
  /** Marks a line, from 1, as the place of a problem. */
  mark(line: number, sentence: string): void;
  unmark(): void;
  /** Puts another text in the place of a line, from 1, as if it were typed. */
  replace(line: number, text: string): void;
  /** The cursor into a line, from 1, and the focus into the editor. */
  goTo(line: number): void;
  /** The first line, from 1, that is no JavaScript or TypeScript as far as the editor sees. */
  unreadableLine(): number | undefined;
}

/** An editor of TypeScript in the page's colours; `edited` is called as one types. */
export function startEditor(parent: Element, describedBy: string, edited: () => void): Editor {
  const extensions = extensionsOf(describedBy, edited);
  const view = new EditorView({ parent, state: EditorState.create({ extensions }) });
  return {
    get code() {
      return view.state.doc.toString();
    },
    // A new state: the history of other code is of no use.
    show(code) {
      view.setState(EditorState.create({ doc: code, extensions }));
      scrollToBackward(view, code);
    },
    mark(line, message) {
      const { from, to, text } = lineAt(view, line);
      setMarks(view, [
        { from: Math.min(from + indentOf(text), to), to, severity: 'error', message },
      ]);
    },
    unmark: () => setMarks(view, []),
    replace(line, insert) {
      const { from, to } = lineAt(view, line);
      view.dispatch({ changes: { from, to, insert }, userEvent: 'input' });
    },
    goTo(line) {
      const { from, text } = lineAt(view, line);
      view.dispatch({
        selection: { anchor: from + indentOf(text) },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    unreadableLine: () => unreadableLine(view),
  };
}

const extensionsOf = (describedBy: string, edited: () => void) => [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
  javascript({ typescript: true }),
  syntaxHighlighting(highlight),
  theme,
  EditorView.contentAttributes.of({
    'aria-label': 'Forward and backward pass',
    'aria-describedby': describedBy,
    tabindex: '0',
    spellcheck: 'false',
    autocapitalize: 'off',
  }),
  EditorView.updateListener.of(({ docChanged }) => {
    if (docChanged) edited();
  }),
];

const lineAt = ({ state: { doc } }: EditorView, line: number) =>
  doc.line(Math.min(Math.max(line, 1), doc.lines));

const indentOf = (text: string) => text.length - text.trimStart().length;

const setMarks = (view: EditorView, marks: readonly Diagnostic[]) =>
  view.dispatch(setDiagnostics(view.state, marks));

function scrollToBackward(view: EditorView, code: string): void {
  const at = code.search(/^export function backward\b/m);
  // Not by an effect of the editor's, which would scroll the page as well.
  view.requestMeasure({
    read: () => (at < 0 ? 0 : view.lineBlockAt(at).top),
    write: (top) => {
      view.scrollDOM.scrollTop = top - 24; // pixels: the line above it shows too
    },
  });
}

function unreadableLine({ state }: EditorView): number | undefined {
  let found: number | undefined;
  ensureSyntaxTree(state, state.doc.length, 200)?.iterate({
    enter: ({ type, from }) => {
      if (type.isError) found ??= state.doc.lineAt(from).number;
    },
  });
  return found;
}

const highlight = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.bool, tags.null], color: 'var(--series-4)' },
  { tag: [tags.string, tags.regexp], color: 'var(--series-3)' },
  { tag: [tags.number, tags.typeName], color: 'var(--series-5)' },
  { tag: tags.function(tags.variableName), color: 'var(--series-1)' },
  { tag: tags.function(tags.propertyName), color: 'var(--series-1)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--code)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: 'none' }, // the frame around it has one
  '.cm-scroller': {
    fontFamily: 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace',
    lineHeight: '1.55',
  },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.6rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '.cm-gutters': {
    backgroundColor: 'var(--code)',
    color: 'var(--quiet)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--text) 5%, transparent)',
  },
  '.cm-activeLineGutter': { color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--forward) 28%, transparent)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--quiet)',
  },
  '&.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--wrong)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    backgroundColor: 'var(--wrong-back)',
    textDecoration: 'underline wavy var(--wrong) 1px',
    textUnderlineOffset: '0.25em',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: '0.35rem',
    backgroundColor: 'var(--card)',
    color: 'var(--text)',
    maxWidth: 'min(36rem, 90vw)',
  },
  '.cm-diagnostic': { padding: '0.4rem 0.7rem', whiteSpace: 'normal' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--wrong)' },
  '.cm-gutter-lint': { width: '1.1em' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0.25em 0 0 0.2em' },
});
