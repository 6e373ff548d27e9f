// Hides the tools behind `npm run check`: types, style, dead code, the shape of the program. Exit 1 when one finds a fault.
import { spawnSync } from 'node:child_process'

const steps = {
  types: ['node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json'],
  style: ['node_modules/@biomejs/biome/bin/biome', 'check', '--config-path=.biome.json', '--error-on-warnings'],
  'dead code': ['node_modules/knip/bin/knip.js', '--config=test/support/knip.json'],
  architecture: [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config=test/vitest.config.ts',
    'test/contracts/architecture.test.ts',
  ],
}

for (const [name, command] of Object.entries(steps)) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (status !== 0) {
    process.exitCode = 1
    console.log(stdout + stderr)
  }
  console.log(`${status === 0 ? 'ok   ' : 'FAULT'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}
