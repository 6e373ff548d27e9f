/** Verifying certificates at the command line: by their own proofs alone where keys are given, else with the register too. */

import { readFileSync } from 'node:fs'
import { type Command, fromHere, text, withProgram } from './commands.ts'
import { PROOF_VERDICTS, type VerifyingKey } from './credentials/jws.ts'
import { lookUps } from './credentials/look-ups.ts'
import { checkAddress, checkPdf, type Known, type ProofReport } from './credentials/proof-check.ts'
import { jwkSetShape, listVerifyingKeys } from './credentials/public-keys.ts'
import { STATUSES } from './credentials/rules.ts'
import { type Verdict, verifyFile, verifyNumber, verifyToken } from './credentials/verify.ts'
import { localDate, systemNow } from './platform/calendar.ts'
import { type Message, refuse } from './platform/errors.ts'

type Subject = { file: string } | { address: string } | { number: string }

export const certificateCommands: Record<string, Command> = {
  'certificates verify': {
    usage:
      'FILE.pdf|NUMBER|ADDRESS [--keys FILE] [--name NAME] [--last-four XXXX] [--subject TEXT] — 给出 --keys（/.well-known/jwks.json 的副本）时不用网络和数据库 / with --keys (a copy of /.well-known/jwks.json) neither network nor database is asked',
    arguments: 1,
    options: { keys: text, name: text, 'last-four': text, subject: text },
    wrong: ([subject], { keys }) =>
      keys !== undefined && 'number' in subjectOf(subject!)
        ? '编号只能在数据库里查，请去掉 --keys / a number is looked up in the database: leave --keys out'
        : null,
    run: async ([given], values) => {
      const subject = subjectOf(given!)
      const known: Known = {
        ...(values.name !== undefined && { holder_name: String(values.name) }),
        ...(values['last-four'] !== undefined && { id_last_four: String(values['last-four']) }),
        ...(values.subject !== undefined && { subject: String(values.subject) }),
      }
      return values.keys === undefined
        ? verifyInRegister(subject, known)
        : verifyAlone(subject, readKeys(String(values.keys)), known)
    },
  },
}

function subjectOf(given: string): Subject {
  if (/\.pdf$/i.test(given)) return { file: given }
  return given.includes('#') || /^https?:/i.test(given) ? { address: given } : { number: given }
}

/** Refuses `keys.unreadable`. */
function readKeys(file: string): VerifyingKey[] {
  const unreadable = () =>
    refuse('invalid', 'keys.unreadable', {
      zh: `${file} 不是公钥文件，请从本系统的 /.well-known/jwks.json 下载。`,
      en: `${file} is no key set: download /.well-known/jwks.json of the register.`,
    })
  const bytes = readFileSync(fromHere(file), 'utf8')
  try {
    return jwkSetShape.parse(JSON.parse(bytes)).keys
  } catch {
    return unreadable()
  }
}

async function proofsOf(subject: Subject, keys: VerifyingKey[], known: Known): Promise<ProofReport | null> {
  const today = localDate(systemNow())
  if ('file' in subject) return checkPdf(bytesOf(subject.file), keys, today, known)
  return 'address' in subject ? checkAddress(subject.address, keys, today, known) : null
}

function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(fromHere(file)))
}

async function verifyAlone(subject: Subject, keys: VerifyingKey[], known: Known) {
  const report = (await proofsOf(subject, keys, known))!
  const reasons = [...proofReasons(report), ...(report.expired ? [STATUSES.expired] : [])]
  // what happened to it later only the register knows
  const status = report.expired ? 'expired' : report.holds ? 'not_asked' : 'not_proven'
  return { status, ...report, ...refusedFor(reasons) }
}

async function verifyInRegister(subject: Subject, known: Known) {
  return withProgram(async ({ db, runner }) => {
    const asking = { db, lookUps: lookUps(db), vault: runner.vault, now: systemNow() }
    const report = await proofsOf(subject, await listVerifyingKeys(db), known)
    const proof = { name: known.holder_name, id_last4: known.id_last_four }
    const asked =
      'file' in subject
        ? await verifyFile(asking, bytesOf(subject.file))
        : 'number' in subject
          ? await verifyNumber(asking, subject.number, proof)
          : await verifyToken(asking, tokenIn(subject.address), proof)
    const isFile = 'file' in subject
    const number = report?.facts?.number
    // a file that is not as issued: what became of the certificate it claims to be
    const claimed = isFile && asked.status === 'not_found' && number ? await verifyNumber(asking, number, proof) : null
    const reasons = [
      ...(report && !(asked.status !== 'not_found' && isFirstKind(report)) ? proofReasons(report) : []),
      ...registerReasons(asked, isFile),
    ]
    return {
      ...asked,
      ...(claimed && { claims_to_be: claimed.number, its_status: claimed.status }),
      ...(report && { proofs: report.proofs, differing: report.differing }),
      ...refusedFor(reasons),
    }
  })
}

/** Certificates of the first drawing carry no proofs: their file is known by its digest alone. */
function isFirstKind({ proofs }: ProofReport): boolean {
  return Object.values(proofs).every((verdict) => verdict === 'missing')
}

function tokenIn(address: string): string {
  return /\/v\/([\w-]+)/.exec(address)?.[1] ?? ''
}

const PROOFS: Record<keyof ProofReport['proofs'], Message> = {
  signature: { zh: 'PDF 签名', en: 'the signature of the PDF' },
  credential: { zh: '附件凭证', en: 'the attached credential' },
  code: { zh: '二维码', en: 'the QR code' },
}
const FACTS: Record<string, Message> = {
  kind: { zh: '种类', en: 'kind' },
  number: { zh: '证书编号', en: 'number' },
  level: { zh: '等级', en: 'level' },
  issued_on: { zh: '发证日期', en: 'day of issue' },
  valid_until: { zh: '有效期', en: 'end of validity' },
  issuer_name: { zh: '发证机构', en: 'issuer' },
  subject: { zh: '职业、课程或奖项', en: 'what it was earned in' },
  holder_name: { zh: '姓名', en: 'name' },
  id_last_four: { zh: '证件号码后四位', en: 'last four of the document number' },
}

function proofReasons({ proofs, differing }: ProofReport): Message[] {
  const failed = (Object.keys(proofs) as (keyof typeof proofs)[]).filter((name) => proofs[name] !== 'valid')
  return [
    ...failed.map((name) => {
      const verdict = PROOF_VERDICTS[proofs[name]!]
      return { zh: `${PROOFS[name].zh}：${verdict.zh}`, en: `${PROOFS[name].en}: ${verdict.en.toLowerCase()}` }
    }),
    ...differing.map((name) => ({ zh: `${FACTS[name]!.zh}不符`, en: `the ${FACTS[name]!.en} differs` })),
  ]
}

function registerReasons({ status, proof, ended_on }: Verdict, isFile: boolean): Message[] {
  const day = ended_on ? ` (${ended_on})` : ''
  const differs = proof === 'mismatch' ? [{ zh: '持证人不符', en: 'the holder differs' }] : []
  if (status === 'valid') return differs
  if (status === 'not_found')
    return isFile
      ? [{ zh: '登记册里没有这个文件：不是签发的原件', en: 'no such file in the register: not as it was issued' }]
      : [{ zh: '查无此证', en: 'there is no such certificate' }]
  return [{ zh: `${STATUSES[status].zh}${day}`, en: `${STATUSES[status].en.toLowerCase()}${day}` }, ...differs]
}

function refusedFor(reasons: Message[]): { refused?: Message } {
  if (reasons.length === 0) return {}
  return { refused: { zh: reasons.map(({ zh }) => zh).join('；'), en: reasons.map(({ en }) => en).join('; ') } }
}
