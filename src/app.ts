/** The table of contents: middleware, every capability, one error handler. */
import type { Context as Call } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { HTTPException } from 'hono/http-exception'
import { constraints as accountConstraints } from './access/account-rules.ts'
import { accountsApi } from './access/accounts-api.ts'
import { accountsConsole } from './access/accounts-console.tsx'
import { accessApi } from './access/api.ts'
import { constraints as apiKeyConstraints } from './access/api-key-rules.ts'
import { apiKeysApi } from './access/api-keys-api.ts'
import { apiKeysConsole } from './access/api-keys-console.tsx'
import { accessConsole } from './access/console.tsx'
import { errorPage } from './access/error-page.tsx'
import { identify, identifyKey, sameSite } from './access/guard.ts'
import { identityConsole } from './access/identity-console.tsx'
import { allowancesApi } from './allowances/api.ts'
import { constraints as bankFormatConstraints } from './allowances/bank-format-rules.ts'
import { budgetApi } from './allowances/budget-api.ts'
import { budgetConsole } from './allowances/budget-console.tsx'
import { claimsApi } from './allowances/claims-api.ts'
import { claimsConsole } from './allowances/claims-console.tsx'
import { allowancesConsole } from './allowances/console.tsx'
import { levelPayApi } from './allowances/level-pay-api.ts'
import { levelPayConsole } from './allowances/level-pay-console.tsx'
import { constraints as objectionConstraints } from './allowances/month-rules.ts'
import { monthsApi } from './allowances/months-api.ts'
import { monthsConsole } from './allowances/months-console.tsx'
import { constraints as paymentResultConstraints } from './allowances/payment-result-rules.ts'
import { publicityApi } from './allowances/publicity-api.ts'
import { publicityConsole } from './allowances/publicity-console.tsx'
import { recheckApi } from './allowances/recheck-api.ts'
import { recheckConsole } from './allowances/recheck-console.tsx'
import { recoveriesApi } from './allowances/recovery-api.ts'
import { recoveriesConsole } from './allowances/recovery-console.tsx'
import { constraints as recoveryConstraints } from './allowances/recovery-rules.ts'
import { constraints as allowanceConstraints } from './allowances/rules.ts'
import { allowanceRunJob } from './allowances/run.ts'
import { simulationJob } from './allowances/simulation.ts'
import { simulationConsole } from './allowances/simulation-console.tsx'
import { simulationsApi } from './allowances/simulations-api.ts'
import { competitionsApi } from './competitions/api.ts'
import { competitionsConsole } from './competitions/console.tsx'
import { constraints as competitionConstraints } from './competitions/rules.ts'
import { credentialsApi } from './credentials/api.ts'
import { jobHandlers as credentialJobs } from './credentials/batches.ts'
import { credentialsConsole } from './credentials/console.tsx'
import { constraints as credentialConstraints } from './credentials/rules.ts'
import { quickLookUps } from './credentials/verify-quick.ts'
import { historyApi } from './history/api.ts'
import { historyConsole } from './history/console.tsx'
import { importsApi } from './imports/api.ts'
import { importsConsole } from './imports/console.tsx'
import { importJobs } from './imports/jobs.ts'
import { constraints as importConstraints } from './imports/rules.ts'
import { UPLOADS } from './imports/upload-api.ts'
import type { JobHandlers } from './jobs/actions.ts'
import { jobsApi } from './jobs/api.ts'
import { noticesApi } from './notices/api.ts'
import { noticesConsole } from './notices/console.tsx'
import { organisationsApi } from './organisations/api.ts'
import { organisationsConsole } from './organisations/console.tsx'
import { constraints as organisationConstraints } from './organisations/rules.ts'
import { peopleApi } from './people/api.ts'
import { peopleConsole } from './people/console.tsx'
import { constraints as peopleConstraints } from './people/rules.ts'
import { Moved, Refusal } from './platform/errors.ts'
import { health } from './platform/health.ts'
import {
  type App,
  type Deps,
  type Env,
  headers,
  measuring,
  newApp,
  opening,
  problem,
  refusalFor,
} from './platform/http.ts'
import { openApiDocument } from './platform/openapi.ts'
import { type Quick, quickAnswers } from './platform/quick.ts'
import { privacyApi } from './privacy/api.ts'
import { privacyConsole } from './privacy/console.tsx'
import { rotationJobs } from './privacy/rotation.ts'
import { aboutConsole } from './reports/about-console.tsx'
import { allowanceReportsApi } from './reports/allowance-api.ts'
import { allowanceReportsConsole } from './reports/allowance-console.tsx'
import { reportsApi } from './reports/api.ts'
import { reportsConsole } from './reports/console.tsx'
import { trainingApi } from './training/api.ts'
import { constraints as assessmentConstraints } from './training/assessment-rules.ts'
import { trainingConsole } from './training/console.tsx'
import { programmeConstraints } from './training/programme-rules.ts'
import { constraints as trainingConstraints } from './training/rules.ts'
import { constraints as timetableConstraints } from './training/timetable-rules.ts'
import { webhooksApi } from './webhooks/api.ts'
import { webhooksConsole } from './webhooks/console.tsx'

/** What the database refuses by name, in words for people. */
export const constraints = {
  ...accountConstraints,
  ...organisationConstraints,
  ...peopleConstraints,
  ...trainingConstraints,
  ...assessmentConstraints,
  ...timetableConstraints,
  ...programmeConstraints,
  ...competitionConstraints,
  ...credentialConstraints,
  ...allowanceConstraints,
  ...recoveryConstraints,
  ...paymentResultConstraints,
  ...objectionConstraints,
  ...bankFormatConstraints,
  ...importConstraints,
  ...apiKeyConstraints,
}

/** Long work by kind: run by the loop on Node, by the cron trigger on Workers. */
export const jobHandlers: JobHandlers = {
  ...credentialJobs,
  'allowances.run': allowanceRunJob(),
  'allowances.simulate': simulationJob(),
  ...importJobs,
  ...rotationJobs,
}

/** Kinds of jobs that are due once a day. */
export const dailyJobs = ['certificates.remind']

/** The whole program over HTTP, the same on Node, Workers and in tests. */
export function createApp(deps: Deps): App & { quick: Quick } {
  const app = newApp()
  const metrics = measuring(deps)
  app.use(opening(deps, constraints), headers(), metrics.middleware)
  // an upload is read piece by piece and has limits of its own
  app.use(
    except(
      UPLOADS,
      bodyLimit({
        maxSize: 6 * 2 ** 20,
        onError: () => {
          throw new HTTPException(413)
        },
      }),
    ),
  )
  app.use('/api/*', identifyKey(), identify(), ...sameSite())
  app.use('/console/*', identify(), ...sameSite())
  for (const path of ['/c/*', '/check-in']) app.use(path, identify(), ...sameSite())
  health(app, metrics.registry)
  accessApi(app)
  accessConsole(app)
  apiKeysApi(app)
  apiKeysConsole(app)
  accountsApi(app)
  accountsConsole(app)
  identityConsole(app)
  noticesApi(app)
  noticesConsole(app)
  organisationsApi(app)
  organisationsConsole(app)
  peopleApi(app)
  peopleConsole(app)
  credentialsApi(app)
  credentialsConsole(app)
  trainingApi(app)
  trainingConsole(app)
  competitionsApi(app)
  competitionsConsole(app)
  allowancesApi(app)
  allowancesConsole(app)
  monthsApi(app)
  monthsConsole(app)
  claimsApi(app)
  claimsConsole(app)
  recheckApi(app)
  recheckConsole(app)
  publicityApi(app)
  publicityConsole(app)
  recoveriesApi(app)
  recoveriesConsole(app)
  budgetApi(app)
  budgetConsole(app)
  levelPayApi(app)
  levelPayConsole(app)
  simulationsApi(app)
  simulationConsole(app)
  importsApi(app)
  importsConsole(app)
  reportsApi(app)
  reportsConsole(app)
  aboutConsole(app)
  allowanceReportsApi(app)
  allowanceReportsConsole(app)
  privacyApi(app)
  privacyConsole(app)
  webhooksApi(app)
  webhooksConsole(app)
  jobsApi(app)
  historyApi(app)
  historyConsole(app)
  openApiDocument(app)
  app.notFound((c) => answerRefusal(c, refusalOfAddress(app, c)))
  app.onError((error, c) => redirectMoved(c, error) ?? answerRefusal(c, refusalFor(c, error)))
  return Object.assign(app, { quick: quickAnswers(deps, metrics.measure, quickLookUps(deps)) })
}

/** Nothing is at the address of the call, or nothing that takes its method: then `Allow` says which do. */
function refusalOfAddress(app: App, c: Call<Env>): Refusal {
  const { method, path } = c.req
  const takes = (one: string) => app.router.match(one, path)[0].some(([[, route]]) => route.method === one)
  const allowed = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(takes)
  if (allowed.length === 0) {
    const words = {
      zh: '没有这个地址，请核对网址，接口见 /docs。',
      en: 'There is nothing at this address; check it, and see /docs for the API.',
    }
    return new Refusal('not_found', 'not_found', words, {})
  }
  c.header('Allow', allowed.join(', '))
  const words = {
    zh: `这个地址不接受 ${method}，请用 ${allowed.join('、')}。`,
    en: `This address does not take ${method}; use ${allowed.join(', ')}.`,
  }
  return new Refusal('not_allowed', 'request.method', words, {})
}

/** Not kept by the browser: what was merged can be taken apart again. */
function redirectMoved(c: Call<Env>, error: Error): Response | null {
  if (!(error instanceof Moved) || !['GET', 'HEAD'].includes(c.req.method)) return null
  const { pathname, search } = new URL(c.req.url)
  const path = pathname.replace(error.from, error.to)
  return path === pathname ? null : c.body(null, 308, { Location: path + search, 'Cache-Control': 'no-store' })
}

function answerRefusal(c: Call<Env>, refusal: Refusal | null) {
  return /^\/(api|credentials|status-lists|\.well-known)\//.test(c.req.path)
    ? problem(c, refusal)
    : errorPage(c, refusal)
}
