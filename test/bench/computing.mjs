// Computes the runs that wait in a database, compiled as the program is, and prints how long that took and the most memory it had.
//   node test/bench/computing.mjs URL everybody
const [url, everybody] = process.argv.slice(2)
const built = (path) => import(new URL(`../../.build/src/${path}.js`, import.meta.url).href)
const { openPostgres } = await built('platform/database')
const { openVault } = await built('platform/vault')
const { runSlice } = await built('jobs/actions')
const { allowanceRunJob } = await built('allowances/run')

const db = openPostgres(url, 5)
const log = { info: () => {}, warn: () => {}, error: (fields) => console.error(fields) }
const vault = await openVault(btoa('A'.repeat(32)))
const runner = { vault, log, publicUrl: 'http://bench', now: () => new Date('2026-11-23T02:00:00Z'), beside: db }
const job = allowanceRunJob({ everybody: everybody === 'true' })
let started
const handler = (tx, context, work, beside) => {
  // what an earlier computation left is thrown away before the clock runs
  if (work.position !== null && work.position !== 'clearing') started ??= performance.now()
  return job(tx, context, work, beside)
}
while (await runSlice(db, runner, { 'allowances.run': handler }));
const seconds = Math.round(performance.now() - started) / 1000
console.log(JSON.stringify({ seconds, memory_mb: Math.round(process.resourceUsage().maxRSS / 1024) }))
await db.destroy()
