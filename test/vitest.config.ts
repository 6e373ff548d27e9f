/** Which tests run where; `npm test` runs them all. */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import type { Engine } from './support/engines.ts'

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: ['default', './test/support/reporter.ts'],
    // days of the calendar must not depend on the clock of the machine, nor on the zone of the developer
    env: { TZ: 'America/New_York' },
    projects: [
      project('rules', null, ['test/rules/**/*.test.{ts,tsx}']),
      project('app-postgres', 'postgres', ['test/{app,journeys}/**/*.test.{ts,tsx}']),
      project('app-pglite', 'pglite', ['test/{app,journeys}/**/*.test.{ts,tsx}']),
      project('contracts', 'postgres', ['test/contracts/**/*.test.ts']),
      project('runtime', 'postgres', ['test/runtime/**/*.test.ts']),
      project('browser', 'postgres', ['test/browser/**/*.test.ts']),
    ],
  },
})

/** `engine` is that of the project's test database; null: its tests need none, and start at once. */
function project(name: string, engine: Engine | null, include: string[]): TestProjectInlineConfiguration {
  const database = engine && { provide: { engine }, globalSetup: './test/support/engines.ts' }
  return { extends: true, test: { name, include, ...database } }
}
