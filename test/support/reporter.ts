/** The last line of every run, alone and plain: `N passed, N failed`. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export default class Tally implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const passed = states.filter((state) => state === 'passed').length
    // a file that does not load and an error outside every test are failures too
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length
    const failed = states.length - passed - states.filter((state) => state === 'skipped').length + broken
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed\n`))
  }
}
