/** Lines that are shown of what the code prints: the check runs it some hundred times. */
export const most = 50;
const longest = 2000; // characters

type Print = (...values: readonly unknown[]) => void;

const methods = ['log', 'info', 'debug', 'warn', 'error', 'table', 'dir'] as const;

/**
 * Hands on what the code prints on a console, each text once and 50 at most, and then says that there
 * is more.
 */
export function listenTo(console: object, hear: (text: string) => void): void {
  const heard = new Set<string>();
  const print: Print = (...values) => {
    if (heard.size > most) return;
    const text = values.map(textOf).join(' ').slice(0, longest);
    if (heard.has(text)) return;
    heard.add(text);
    hear(heard.size > most ? 'More is printed, which is not shown.' : text);
  };
  for (const name of methods) Object.assign(console, { [name]: print });
}

/** Tensors have a text of their own; other objects are written as JSON. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    if (value instanceof Error) return String(value);
    if (ArrayBuffer.isView(value)) return `[${Array.from(value as Float64Array).join(', ')}]`;
    const isPlain = Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype;
    return isPlain ? JSON.stringify(value, (_, inner) => plain(inner)) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

const plain = (value: unknown): unknown => {
  if (typeof value === 'function' || typeof value === 'bigint') return String(value);
  const isTensor = typeof value === 'object' && value !== null && 'dataId' in value;
  return isTensor ? String(value) : value;
};
