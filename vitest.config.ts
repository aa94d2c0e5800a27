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

/**
 * Tests are much code that runs for a short time: like a suite of guest programs (tools/suite/run.ts), they gain where V8 optimises
 * later and looks for garbage less often.
 */
const V8 = ["--interrupt-budget=500000", "--max-semi-space-size=64"];

/** QUIRE_ENGINE: everything on that engine, once. */
const chosen = process.env.QUIRE_ENGINE;

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: "100%",
    isolate: false,
    execArgv: V8,
    exclude: ["tests/conformance/**"],
    setupFiles: ["tests/engine.ts"],
    projects:
      chosen === undefined ? BOTH : [{ extends: true, test: { name: chosen, include: ["tests/**/*.test.ts"] } }],
  },
});
