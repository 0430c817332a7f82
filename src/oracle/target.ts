import type { Node } from 'acorn';
import type { Any } from './scope.js';

/** What a call is assigned to, by itself or within a larger expression. */
export function targetOf(above: readonly Any[], text: (node: Node) => string) {
  let whole = true;
  for (const node of above) {
    const named = (name: unknown) =>
      whole ? { target: text(name as Node) } : { within: text(name as Node) };
    if (node.type === 'VariableDeclarator' && (node.id as Any).type === 'Identifier')
      return named(node.id);
    if (node.type === 'AssignmentExpression') return named(node.left);
    if (node.type === 'Property' && !node.computed) return named(node.key);
    if (node.type === 'CallExpression' && isPush(node)) return named((node.callee as Any).object);
    if (/Function|Statement|Program/.test(node.type) && node.type !== 'ReturnStatement') return {};
    // What stands around it, such as brackets, leaves it whole; another call does not.
    if (node.type !== 'ParenthesizedExpression' && node.type !== 'ReturnStatement') whole = false;
  }
  return {};
}

const isPush = (node: Any) => {
  const callee = node.callee as Any;
  return (
    callee.type === 'MemberExpression' &&
    /^(push|unshift)$/.test(String((callee.property as Any).name))
  );
};
