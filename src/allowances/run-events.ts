/** What happened to a run, as its page tells it. */
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'

const EVENTS: Record<string, Message> = {
  'run.requested': { zh: '开始计算', en: 'Computation requested' },
  'run.computed': { zh: '计算完成', en: 'Computed' },
  'run.submitted': { zh: '提交', en: 'Submitted' },
  'run.findings_answered': { zh: '答复疑点', en: 'Findings answered' },
  'run.sample_inspected': { zh: '登记抽查结果', en: 'Sample looked into' },
  'run.line_held': { zh: '暂缓一笔', en: 'A line held back' },
  'run.line_released': { zh: '解除暂缓', en: 'A hold released' },
  'run.step_reviewed': { zh: '审核一组机构', en: 'A step reviewed' },
  'run.reviewed': { zh: '审核完成', en: 'Reviewed' },
  'run.approved': { zh: '审批通过', en: 'Approved' },
  'run.rejected': { zh: '驳回', en: 'Rejected' },
  'run.rechecked': { zh: '独立复核', en: 'Rechecked' },
  'payment_results.recorded': { zh: '登记银行回单', en: 'Answer of the bank recorded' },
}

export function eventTitle(kind: string, lang: Lang): string {
  return inLanguage(lang, EVENTS[kind] ?? { zh: kind, en: kind })
}
