/** Red-black trees against a sorted list: order, balance, links. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  insertNode,
  noLinks,
  removeNode,
  replaceNode,
  type Side,
  type Tree,
  type TreeNode,
} from "../../../kernel/vm/red-black.ts";

interface Keyed extends TreeNode {
  key: number;
}

/** Keys from left to right. Asserts links, colours and equal numbers of black nodes on all ways. */
function keys(tree: Tree<Keyed>): number[] {
  const found: number[] = [];
  const visit = (n: number, parent: number): number => {
    if (n === 0) return 0;
    const node = tree.nodes[n];
    expect(node.parent).toBe(parent);
    if (node.red) expect(tree.nodes[parent].red, "a red node's parent is black, and the root too").toBe(parent === 0);
    const left = visit(node.left, n);
    found.push(node.key);
    expect(visit(node.right, n)).toBe(left);
    return left + (node.red ? 0 : 1);
  };
  visit(tree.root, 0);
  expect(tree.nodes[0], "nobody stays nobody").toEqual({ ...noLinks(), key: 0 });
  return found;
}

function insert(tree: Tree<Keyed>, n: number): void {
  let [parent, side]: [number, Side] = [0, "left"];
  for (let at = tree.root; at !== 0; at = tree.nodes[at][side]) {
    parent = at;
    side = tree.nodes[n].key < tree.nodes[at].key ? "left" : "right";
  }
  insertNode(tree, n, parent, side);
}

it("a red-black tree stays in order and balanced, whatever comes, goes and is replaced", () => {
  const step = fc.tuple(fc.constantFrom("insert", "insert", "remove", "replace"), fc.nat(1000));
  const property = fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
    const tree: Tree<Keyed> = { root: 0, nodes: [{ ...noLinks(), key: 0 }] };
    const there: number[] = [];
    const make = (key: number) => tree.nodes.push({ ...noLinks(), key }) - 1;
    for (const [what, value] of steps) {
      const which = value % Math.max(1, there.length);
      if (what === "insert") {
        const n = make(value);
        insert(tree, n);
        there.push(n);
      } else if (there.length > 0 && what === "remove") removeNode(tree, there.splice(which, 1)[0]);
      else if (there.length > 0) {
        const by = make(tree.nodes[there[which]].key);
        replaceNode(tree, there[which], by);
        there[which] = by;
      }
      expect(keys(tree)).toEqual(there.map((n) => tree.nodes[n].key).sort((a, b) => a - b));
    }
  });
  fc.assert(property, { seed: 1, numRuns: 60 });
});
