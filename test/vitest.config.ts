/** Which tests run where; `npm test` runs them all. */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import type { Engine } from './support/engines.ts'

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    maxWorkers: 2,
    // a worker loads the program once for all its files; what the program keeps for a process is by content, or by ids of one database
    isolate: false,
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
      // its files change the environment, and each ends the programs it started
      project('runtime', 'postgres', ['test/runtime/**/*.test.ts'], { isolate: true }),
      // the city takes 15 seconds to build and a page a moment to draw; on a busy machine both take five times as long
      project('browser', 'postgres', ['test/browser/**/*.test.ts'], { hookTimeout: 240_000, testTimeout: 120_000 }),
    ],
  },
})

/** `engine` is that of the project's test database; null: its tests need none, and start at once. */
function project(
  name: string,
  engine: Engine | null,
  include: string[],
  options: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration {
  const database = engine && { provide: { engine }, globalSetup: './test/support/engines.ts' }
  return { extends: true, test: { name, include, ...database, ...options } }
}
