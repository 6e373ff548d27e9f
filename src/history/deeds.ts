/** What the kinds of history events are called: whoever reads the history reads words. */
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'

/** What an event is about, by the first half of its kind or the kind of its record, and the page of such a record. */
const SUBJECTS: Record<string, Message & { page?: string }> = {
  account: { zh: '账号', en: 'Account' },
  allowance_run: { zh: '津贴批次', en: 'Allowance run', page: '/console/runs/' },
  appeal: { zh: '竞赛申诉', en: 'Appeal' },
  attendance: { zh: '学时', en: 'Attendance' },
  certificate: { zh: '证书', en: 'Certificate', page: '/console/certificates/' },
  certificate_batch: { zh: '发证批次', en: 'Certificate batch' },
  certificate_check: { zh: '名册核验', en: 'Roster check' },
  certificate_layout: { zh: '证书版式', en: 'Certificate layout', page: '/console/certificate-layouts/' },
  class: { zh: '培训班', en: 'Class', page: '/console/classes/' },
  class_filing: { zh: '开班备案', en: 'Class filing', page: '/console/class-filings/' },
  competition: { zh: '竞赛', en: 'Competition', page: '/console/competitions/' },
  competition_event: { zh: '竞赛项目', en: 'Competition event', page: '/console/events/' },
  conduct_event: { zh: '失信或事故记录', en: 'Conduct event' },
  course: { zh: '课程', en: 'Course', page: '/console/courses/' },
  education: { zh: '学历', en: 'Education' },
  education_hours: { zh: '继续教育学时', en: 'Continuing education' },
  employment: { zh: '任职', en: 'Employment' },
  entry_declaration: { zh: '申报条件声明', en: 'Entry declaration' },
  enrolment: { zh: '学员', en: 'Enrolment' },
  examiner: { zh: '考评员', en: 'Examiner' },
  external_certificate: { zh: '外部证书', en: 'External certificate' },
  filing: { zh: '备案（认定）', en: 'Filing' },
  glyph_image: { zh: '缺字图', en: 'Glyph image' },
  import: { zh: '导入', en: 'Import', page: '/console/imports/' },
  organisation: { zh: '机构', en: 'Organisation', page: '/console/organisations/' },
  payment_file: { zh: '发放文件', en: 'Payment file' },
  payment_results: { zh: '银行回单', en: 'Payment results' },
  person: { zh: '人员', en: 'Person', page: '/console/people/' },
  programme: { zh: '院校专业', en: 'Programme', page: '/console/programmes/' },
  promotion: { zh: '竞赛晋升', en: 'Promotion', page: '/console/promotions/' },
  register: { zh: '名册', en: 'Register' },
  result: { zh: '成绩', en: 'Result' },
  result_appeal: { zh: '成绩申诉', en: 'Appeal against a result' },
  results: { zh: '成绩', en: 'Results' },
  retention_rule: { zh: '保留期限', en: 'Retention rule' },
  retention: { zh: '保留期限', en: 'Retention' },
  run: { zh: '津贴批次', en: 'Allowance run' },
  scheme: { zh: '政策标准', en: 'Scheme' },
  service_month: { zh: '在岗月份', en: 'Service month' },
  service_month_submission: { zh: '月度数据', en: 'Monthly figures' },
  session: { zh: '课次', en: 'Session' },
  signing_key: { zh: '签发密钥', en: 'Signing key' },
  teacher: { zh: '教师', en: 'Teacher', page: '/console/teachers/' },
  terms: { zh: '考核办法', en: 'Terms of assessment' },
  training_order: { zh: '培训订单', en: 'Training order', page: '/console/training-orders/' },
  vault: { zh: '密钥', en: 'Key' },
  venue: { zh: '场地', en: 'Venue', page: '/console/venues/' },
}

/** What was done, by the second half. */
const VERBS: Record<string, Message> = {
  added: { zh: '新增', en: 'added' },
  amended: { zh: '修改', en: 'amended' },
  announced: { zh: '发布', en: 'announced' },
  applied: { zh: '执行', en: 'applied' },
  approved: { zh: '批准', en: 'approved' },
  cancelled: { zh: '取消', en: 'cancelled' },
  changed: { zh: '修改', en: 'changed' },
  checked: { zh: '核验', en: 'looked up' },
  closed: { zh: '停办', en: 'closed' },
  committed: { zh: '写入', en: 'committed' },
  completed: { zh: '办结', en: 'completed' },
  computed: { zh: '算完', en: 'computed' },
  confirmed: { zh: '确认', en: 'confirmed' },
  corrected: { zh: '更正', en: 'corrected' },
  decided: { zh: '处理', en: 'decided' },
  discarded: { zh: '放弃', en: 'discarded' },
  disclosed: { zh: '查看全号：', en: ': number shown' },
  document_added: { zh: '登记证件：', en: ': document added' },
  downloaded: { zh: '下载', en: 'downloaded' },
  entered: { zh: '录入', en: 'entered' },
  ended: { zh: '结束', en: 'ended' },
  erased: { zh: '删除个人信息：', en: ': personal data erased' },
  event_added: { zh: '新增项目：', en: ': event added' },
  exported: { zh: '下载完整', en: 'downloaded in full' },
  figures_corrected: { zh: '更正人数：', en: ': figures corrected' },
  figures_recorded: { zh: '登记人数：', en: ': figures recorded' },
  filed: { zh: '提出', en: 'filed' },
  filing_accepted: { zh: '受理备案：', en: ': filing accepted' },
  filing_submitted: { zh: '提交备案：', en: ': filed' },
  filing_returned: { zh: '退回备案：', en: ': filing returned' },
  graduates_linked: { zh: '关联毕业生：', en: ': graduates linked' },
  graduates_unlinked: { zh: '取消关联毕业生：', en: ': links to graduates taken back' },
  imported: { zh: '导入', en: 'imported' },
  issued: { zh: '签发', en: 'issued' },
  rules_changed: { zh: '更改评分规则：', en: ': rules changed' },
  numbers_drawn: { zh: '抽加密号：', en: ': sealed numbers drawn' },
  started: { zh: '开赛：', en: ': started' },
  entry_checked: { zh: '重新核对申报条件：', en: ': conditions checked' },
  entry_withdrawn: { zh: '退赛：', en: ': an entry withdrew' },
  penalty_imposed: { zh: '罚分：', en: ': points taken off' },
  penalty_withdrawn: { zh: '撤销罚分：', en: ': penalty withdrawn' },
  times_recorded: { zh: '录用时：', en: ': times entered' },
  judges_appointed: { zh: '聘请评委：', en: ': judges appointed' },
  judged: { zh: '重新判定', en: ': outcome judged again' },
  locked: { zh: '锁定', en: 'locked' },
  named: { zh: '指定', en: 'named' },
  released: { zh: '撤下', en: 'released' },
  settled: { zh: '处理录入差异：', en: ': difference settled' },
  stated: { zh: '订立', en: 'stated' },
  made: { zh: '生成', en: 'made' },
  merge_undone: { zh: '撤销合并：', en: ': merge undone' },
  merged: { zh: '合并', en: 'merged' },
  answered: { zh: '响应', en: 'answered' },
  ordered: { zh: '下达', en: 'ordered' },
  opened: { zh: '开设', en: 'opened' },
  people_enrolled: { zh: '学员加入：', en: ': people enrolled' },
  people_promoted: { zh: '候补转正：', en: ': people moved up' },
  people_entered: { zh: '选手报名：', en: ': people entered' },
  photo_added: { zh: '更新照片：', en: ': photo added' },
  put_in_force: { zh: '启用', en: 'put in force' },
  uploaded: { zh: '上传', en: 'uploaded' },
  placed: { zh: '排课：', en: 'placed in the timetable' },
  proposed: { zh: '提出建议', en: 'proposed' },
  published: { zh: '公布', en: 'published' },
  qualification_withdrawn: { zh: '撤销资质：', en: ': qualification withdrawn' },
  qualified: { zh: '登记资质：', en: ': qualification entered' },
  ranked: { zh: '排名：', en: 'ranked' },
  recognised: { zh: '登记认定：', en: ': recognition entered' },
  recorded: { zh: '登记', en: 'recorded' },
  registered: { zh: '登记', en: 'registered' },
  registry_checked: { zh: '官方核验', en: 'looked up' },
  rejected: { zh: '驳回', en: 'rejected' },
  reopened: { zh: '恢复', en: 'reopened' },
  replaced: { zh: '换发', en: 'replaced' },
  requested: { zh: '发起', en: 'requested' },
  revoked: { zh: '撤销', en: 'revoked' },
  rotated: { zh: '换用', en: 'exchanged' },
  rotation_started: { zh: '开始换用', en: ': exchange started' },
  scores_recorded: { zh: '登记评分：', en: ': scores recorded' },
  submitted: { zh: '提交', en: 'submitted' },
  told_apart: { zh: '认定不是同一人：', en: ': told apart from another' },
  transferred: { zh: '调动', en: 'transferred' },
  withdrawn: { zh: '撤回', en: 'withdrawn' },
}

/** `certificate.revoked` → 撤销证书; the kind itself where there is no word for it yet. */
export function deedName(kind: string, lang: Lang): string {
  const [subject = '', verb = ''] = kind.split('.')
  const [what, done] = [SUBJECTS[subject], VERBS[verb]]
  if (!what || !done) return kind
  return lang === 'en'
    ? `${what.en} ${done.en}`.replace(' :', ':')
    : `${inLanguage(lang, done)}${inLanguage(lang, what)}`
}

/** The page of the record an event is about, where such records have one. */
export function deedPage(subject_kind: string, subject_id: string): string | null {
  const page = SUBJECTS[subject_kind]?.page
  return page ? page + subject_id : null
}

/** What a kind of record is called. */
export function subjectName(subject_kind: string, lang: Lang): string {
  const what = SUBJECTS[subject_kind]
  return what ? inLanguage(lang, what) : subject_kind
}
