/**
 * Imports run one way: cpu <- assembler <- kernel <- tools. LAYERS is the only statement of it; `npm run check` runs
 * dependency-cruiser with this file, and tests/layering.test.ts asserts that it found modules to look at.
 */

/** What the modules of each folder may import, beside that folder, as regular expressions of paths. */
const LAYERS = {
  cpu: { imports: [], packages: [], host: false },
  assembler: { imports: ["cpu/isa\\.ts$"], packages: ["moo", "nearley"], host: false },
  kernel: { imports: ["cpu/", "assembler/elf\\.ts$"], packages: [], host: false },
  tools: { imports: ["cpu/", "assembler/", "kernel/"], packages: [".*"], host: true },
};

const FOLDERS = Object.keys(LAYERS);

const layerRules = Object.entries(LAYERS).flatMap(([folder, { imports, packages, host }]) => {
  const from = { path: `^${folder}/` };
  const allowed = [`^${folder}/`, ...imports.map((path) => `^${path}`)];
  const installed = packages.flatMap((name) => [`^node_modules/(@types/)?${name}/`]);
  const project = { path: `^(${[...FOLDERS, "tests", "userland", "dist"].join("|")})/`, pathNot: allowed };
  return [
    { name: `${folder}-imports`, severity: "error", from, to: project },
    { name: `${folder}-packages`, severity: "error", from, to: { path: "^node_modules/", pathNot: installed } },
    ...(host ? [] : [{ name: `${folder}-host`, severity: "error", from, to: { dependencyTypes: ["core"] } }]),
  ];
});

module.exports = {
  forbidden: [
    ...layerRules,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Imports of types alone count too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types"],
    },
  },
};
