import { defineConfig } from "vitest/config";

/** Everything runs on the default engine; what depends on the engine most runs on the other one as well. */
const BOTH = [
  { extends: true as const, test: { name: "translator", include: ["tests/**/*.test.ts"] } },
  {
    extends: true as const,
    test: {
      name: "reference",
      env: { QUIRE_ENGINE: "reference" },
      include: [
        "tests/cpu/*.test.ts",
        "tests/cpu/translation/*.test.ts",
        "tests/cpu/devices/*.test.ts",
        "tests/guest.test.ts",
      ],
    },
  },
];

/** QUIRE_ENGINE: everything on that engine, once. */
const chosen = process.env.QUIRE_ENGINE;

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: "100%",
    isolate: false,
    exclude: ["tests/conformance/**"],
    setupFiles: ["tests/engine.ts"],
    projects:
      chosen === undefined ? BOTH : [{ extends: true, test: { name: chosen, include: ["tests/**/*.test.ts"] } }],
  },
});
