import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/conformance/**"],
    testTimeout: 60_000,
    maxWorkers: "100%",
    isolate: false,
  },
});
