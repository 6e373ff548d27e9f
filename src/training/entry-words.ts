/** The conditions of a level in words: what is due, what was found, and what would satisfy it. */
import { EDUCATIONS, LEVELS } from '../people/rules.ts'
import type { Message } from '../platform/errors.ts'
import { DECLARATIONS, type EntryDecision, type Term, type TermDecision, type Warning } from './entry-rules.ts'

/** What a term demands. */
function requiredWords(term: Term): Message {
  switch (term.term) {
    case 'age':
      return { zh: `年满 ${term.years} 周岁`, en: `aged ${term.years} or more` }
    case 'work':
      return { zh: `从事本职业累计满 ${term.years} 年`, en: `${term.years} years of work in the occupation` }
    case 'holds': {
      const { zh, en } = LEVELS[term.level]!
      return term.years === 0
        ? { zh: `持有${zh}证书`, en: `holds ${en}` }
        : { zh: `取得${zh}证书满 ${term.years} 年`, en: `has held ${en} for ${term.years} years` }
    }
    case 'education': {
      const { zh, en } = EDUCATIONS[term.at_least]
      return {
        zh: `${zh}及以上${term.related ? '本专业或相关专业' : ''}毕业${term.students ? '（含在读）' : ''}`,
        en: `${en} or higher${term.related ? ' in this or a related major' : ''}${term.students ? ' (students too)' : ''}`,
      }
    }
    case 'professional_title':
      return {
        zh: `${DECLARATIONS.professional_title.zh}满 ${term.years} 年`,
        en: `${DECLARATIONS.professional_title.en} for ${term.years} years`,
      }
    case 'apprenticeship':
    case 'technical_diploma':
      return DECLARATIONS[term.term]
    case 'training':
      return { zh: '完成本级正规培训', en: 'training for this level completed' }
    case 'intention':
      return { zh: '有意从事本职业', en: 'means to work in the occupation' }
  }
}

/** What the register has about it. */
function foundWords({ term, found }: TermDecision): Message {
  if (term.term === 'intention') return { zh: '报名即表明', en: 'said by enrolling' }
  if (found?.education) {
    const { zh, en } = EDUCATIONS[found.education]
    const open = term.term === 'education' && term.related
    return { zh: `${zh}${open ? '，专业以声明为准' : ''}`, en: `${en}${open ? '; the major counts as declared' : ''}` }
  }
  if (found?.years !== undefined) return { zh: `记录 ${found.years} 年`, en: `${found.years} years on record` }
  if (found?.level && found.on) {
    const { zh, en } = LEVELS[found.level]!
    return { zh: `${found.on} 取得${zh}`, en: `${en} since ${found.on}` }
  }
  if (found?.on)
    return term.term === 'age'
      ? { zh: `${found.on} 出生`, en: `born ${found.on}` }
      : { zh: `${found.on} 起`, en: `since ${found.on}` }
  return { zh: '没有记录', en: 'nothing on record' }
}

/** What to do about a term that is not met. */
function remedyWords({ term, earliest }: TermDecision): Message {
  const wait = earliest ? { zh: `最早 ${earliest} 满足`, en: `met on ${earliest} at the earliest` } : { zh: '', en: '' }
  switch (term.term) {
    case 'age':
      return earliest ? wait : { zh: '请登记出生日期', en: 'record the date of birth' }
    case 'work':
      return {
        zh: `连续在岗${wait.zh}，或凭证明声明此前的从业经历`,
        en: `by going on working ${wait.en}, or declare earlier work with its evidence`,
      }
    case 'holds':
      return earliest
        ? wait
        : {
            zh: '先取得证书；别处所发的请登记并联网核验',
            en: 'get the certificate first; one of another body is recorded and looked up',
          }
    case 'education':
      return term.related
        ? {
            zh: '登记学历，并凭毕业证书声明专业相关',
            en: 'record the schooling and declare its major with the diploma',
          }
        : { zh: '登记学历', en: 'record the schooling' }
    case 'training':
      return { zh: '完成本级的培训班', en: 'complete a class for this level' }
    case 'intention':
      return wait
    default:
      return earliest ? wait : { zh: '凭证明声明', en: 'declare it with its evidence' }
  }
}

/** `不符合申报条件，满足下列任一项即可：①…；②…`; null where nothing keeps the person away. */
export function unmetWords({ met, alternatives }: Pick<EntryDecision, 'met' | 'alternatives'>): Message | null {
  if (met !== false) return null
  const counting = alternatives.filter(({ counts }) => counts)
  const lists = counting.map(({ terms }, index) => {
    const missing = terms.filter((term) => !term.met)
    const said = missing.map((term) => {
      const [due, found, remedy] = [requiredWords(term.term), foundWords(term), remedyWords(term)]
      return { zh: `${due.zh}（${found.zh}；${remedy.zh}）`, en: `${due.en} (${found.en}; ${remedy.en})` }
    })
    return {
      zh: `${NUMBERS[index]}${said.map(({ zh }) => zh).join('，且')}`,
      en: `(${index + 1}) ${said.map(({ en }) => en).join(' and ')}`,
    }
  })
  return {
    zh: `尚不符合申报条件，还差（任一项即可）：${lists.map(({ zh }) => zh).join('；')}`,
    en: `does not meet the conditions yet; any of these is enough: ${lists.map(({ en }) => en).join('; ')}`,
  }
}

const NUMBERS = '①②③④⑤⑥⑦⑧⑨'

/** Where no rule in force says who may sit the level. */
export const NO_RULE: Message = {
  zh: '这一等级没有经核实的申报条件，系统不作判断。',
  en: 'No confirmed conditions are on record for this level; nothing was judged.',
}

export function warningWords(warning: Warning): Message {
  if (warning.code === 'enrolment.same_level') {
    const { class_name } = warning
    return {
      zh: `已在${class_name ? `培训班“${class_name}”` : '其他机构的培训班'}学习同一等级，请核对是否重复培训。`,
      en: `Has a seat for the same level in ${class_name ? `the class "${class_name}"` : 'a class of another institution'} already; is it the same training twice?`,
    }
  }
  const { month, attended, class_days } = warning
  return {
    zh: `${month} 已登记在岗 ${attended} 天，本班当月有 ${class_days} 天，超过当月天数，请核对排班或出勤。`,
    en: `${month}: ${attended} days of work on record and ${class_days} days of class are more than the month has; compare the shifts.`,
  }
}
