/**
 * Red-black trees by number: the nodes are the elements of an array, links are their numbers, 0 is none. Who searches compares;
 * here nodes are only put in, taken out and kept in balance. It is the place that counts for the balance, not the content, so
 * a tree whose contents change under it (merge-scan.ts) finds less, but never grows deep.
 *
 * (1) The root is black, no red node has a red child, and every way down passes as many black nodes.
 *
 * The rotations are those of Linux's lib/rbtree.c, so the shapes are, too.
 */

/** What an element has to have. Number 0 is nobody: black, without links. */
export interface TreeNode {
  left: number;
  right: number;
  parent: number;
  red: boolean;
}

export interface Tree<N extends TreeNode = TreeNode> {
  root: number;
  readonly nodes: N[];
}

export type Side = "left" | "right";

const OTHER: Readonly<Record<Side, Side>> = { left: "right", right: "left" };

/** The links of a node that is in no tree. */
export function noLinks(): TreeNode {
  return { left: 0, right: 0, parent: 0, red: false };
}

/** `by` (or nobody: 0) is below the parent of `old` what `old` was. */
function takePlace(tree: Tree, old: number, by: number): void {
  const { nodes } = tree;
  const { parent } = nodes[old];
  if (parent === 0) tree.root = by;
  else if (nodes[parent].left === old) nodes[parent].left = by;
  else nodes[parent].right = by;
  if (by !== 0) nodes[by].parent = parent;
}

/** `n` goes down to `side`, its child on the other side comes up. */
function rotate(tree: Tree, n: number, side: Side): void {
  const { nodes } = tree;
  const up = nodes[n][OTHER[side]];
  const inner = nodes[up][side];
  nodes[n][OTHER[side]] = inner;
  if (inner !== 0) nodes[inner].parent = n;
  takePlace(tree, n, up);
  nodes[up][side] = n;
  nodes[n].parent = up;
}

/** Puts `n` where a search ended: below `parent`, which has nobody on that side; parent 0: the tree is empty. */
export function insertNode(tree: Tree, n: number, parent: number, side: Side): void {
  const { nodes } = tree;
  Object.assign(nodes[n], { left: 0, right: 0, parent, red: true });
  if (parent === 0) tree.root = n;
  else nodes[parent][side] = n;
  mendRed(tree, n);
}

/** `n` is red, and its parent may be. */
function mendRed(tree: Tree, n: number): void {
  const { nodes } = tree;
  let at = n;
  for (;;) {
    const { parent } = nodes[at];
    if (parent === 0) nodes[at].red = false;
    if (!nodes[parent].red) return;
    const grand = nodes[parent].parent;
    const side = nodes[grand].left === parent ? "left" : "right";
    const uncle = nodes[grand][OTHER[side]];
    nodes[grand].red = true;
    if (!nodes[uncle].red) {
      const isInner = nodes[parent][OTHER[side]] === at;
      if (isInner) rotate(tree, parent, side);
      nodes[isInner ? at : parent].red = false;
      rotate(tree, grand, OTHER[side]);
      return;
    }
    nodes[parent].red = false;
    nodes[uncle].red = false;
    at = grand;
  }
}

/** Takes `n` out. */
export function removeNode(tree: Tree, n: number): void {
  const { nodes } = tree;
  const { left, right, red } = nodes[n];
  if (left === 0 || right === 0) {
    const child = left + right;
    const { parent } = nodes[n];
    takePlace(tree, n, child);
    if (!red) mendBlack(tree, child, parent);
    return;
  }
  let next = right;
  while (nodes[next].left !== 0) next = nodes[next].left;
  const child = nodes[next].right;
  const missing = !nodes[next].red;
  const parent = next === right ? next : nodes[next].parent;
  if (next !== right) {
    takePlace(tree, next, child);
    nodes[next].right = right;
    nodes[right].parent = next;
  }
  takePlace(tree, n, next);
  nodes[next].left = left;
  nodes[left].parent = next;
  nodes[next].red = red;
  if (missing) mendBlack(tree, child, parent);
}

/** The ways through `child` (0: nobody), below `parent`, pass one black node less than the others. */
function mendBlack(tree: Tree, child: number, parent: number): void {
  const { nodes } = tree;
  let [at, above] = [child, parent];
  while (above !== 0 && !nodes[at].red) {
    const side = nodes[above].left === at ? "left" : "right";
    const other = OTHER[side];
    let sibling = nodes[above][other];
    if (nodes[sibling].red) {
      nodes[sibling].red = false;
      nodes[above].red = true;
      rotate(tree, above, side);
      sibling = nodes[above][other];
    }
    if (nodes[nodes[sibling].left].red || nodes[nodes[sibling].right].red) {
      borrow(tree, above, sibling, side);
      return;
    }
    nodes[sibling].red = true;
    [at, above] = [above, nodes[above].parent];
  }
  if (at !== 0) nodes[at].red = false;
}

/** The black sibling has a red child: it gives the missing node. */
function borrow(tree: Tree, parent: number, sibling: number, side: Side): void {
  const { nodes } = tree;
  let up = sibling;
  if (!nodes[nodes[sibling][OTHER[side]]].red) {
    up = nodes[sibling][side];
    nodes[up].red = false;
    nodes[sibling].red = true;
    rotate(tree, sibling, OTHER[side]);
  }
  nodes[up].red = nodes[parent].red;
  nodes[parent].red = false;
  nodes[nodes[up][OTHER[side]]].red = false;
  rotate(tree, parent, side);
}

/** `by`, which is in no tree, takes the place and the children of `old`. */
export function replaceNode(tree: Tree, old: number, by: number): void {
  const { nodes } = tree;
  const { left, right, red } = nodes[old];
  takePlace(tree, old, by);
  Object.assign(nodes[by], { left, right, red });
  if (left !== 0) nodes[left].parent = by;
  if (right !== 0) nodes[right].parent = by;
}
