/** The console's menu: every entry once, shown to the roles that have its permission. */
import type { Actor } from '../platform/context.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { may, type Permission } from './rules.ts'

interface Entry {
  href: string
  label: Message
  permission: Permission
  /** of whole districts: to a township's own account there is nothing on it */
  of_districts?: true
}

const GROUPS: { group: Message; items: Entry[] }[] = [
  {
    group: { zh: '总览', en: 'Overview' },
    items: [
      { href: '/console', label: { zh: '工作台', en: 'Home' }, permission: 'session.own' },
      { href: '/console/notices', label: { zh: '通知', en: 'Notices' }, permission: 'notice.own' },
      { href: '/console/cockpit', label: { zh: '驾驶舱', en: 'Cockpit' }, permission: 'report.read' },
      { href: '/console/my-record', label: { zh: '我的档案', en: 'My record' }, permission: 'record.own' },
      { href: '/console/my-allowances', label: { zh: '我的津贴', en: 'My allowances' }, permission: 'record.own' },
      { href: '/console/check-ins', label: { zh: '我的签到', en: 'My check-ins' }, permission: 'record.own' },
      { href: '/console/my-results', label: { zh: '我的成绩', en: 'My results' }, permission: 'record.own' },
      {
        href: '/console/my-competitions',
        label: { zh: '我的竞赛', en: 'My competitions' },
        permission: 'record.own',
      },
      {
        href: '/console/my-certificate-checks',
        label: { zh: '谁查验过我的证书', en: 'Who checked my certificates' },
        permission: 'record.own',
      },
    ],
  },
  {
    group: { zh: '培训与认证', en: 'Training and credentials' },
    items: [
      { href: '/console/people', label: { zh: '从业人员', en: 'People' }, permission: 'person.read' },
      { href: '/console/duplicates', label: { zh: '疑似重复', en: 'Duplicates' }, permission: 'person.merge' },
      { href: '/console/imports/new', label: { zh: '批量导入', en: 'Imports' }, permission: 'import.write' },
      { href: '/console/registers', label: { zh: '名册导出', en: 'Registers' }, permission: 'person.export' },
      { href: '/console/staff', label: { zh: '在岗人员', en: 'Staff' }, permission: 'service_month.write' },
      {
        href: '/console/service-month-submissions',
        label: { zh: '月度提交', en: 'Submitted months' },
        permission: 'month_submission.read',
      },
      {
        href: '/console/education-hours',
        label: { zh: '学时审核', en: 'Hours to approve' },
        permission: 'education.approve',
      },
      { href: '/console/training-orders', label: { zh: '培训订单', en: 'Training orders' }, permission: 'order.read' },
      { href: '/console/programmes', label: { zh: '院校专业', en: 'Programmes' }, permission: 'programme.read' },
      { href: '/console/classes', label: { zh: '培训班', en: 'Classes' }, permission: 'class.read' },
      {
        href: '/console/result-appeals',
        label: { zh: '成绩申诉', en: 'Appeals against results' },
        permission: 'result_appeal.read',
      },
      { href: '/console/assessment-terms', label: { zh: '考核办法', en: 'Terms' }, permission: 'result.write' },
      {
        href: '/console/open-classes',
        label: { zh: '员工报名', en: 'Enrol staff' },
        permission: 'class.enrol_staff',
      },
      {
        href: '/console/class-filings',
        label: { zh: '开班备案', en: 'Class filings' },
        permission: 'class_filing.decide',
      },
      { href: '/console/venues', label: { zh: '教室与基地', en: 'Venues' }, permission: 'class.write' },
      { href: '/console/teachers', label: { zh: '师资', en: 'Teachers' }, permission: 'class.write' },
      { href: '/console/competitions', label: { zh: '技能竞赛', en: 'Competitions' }, permission: 'competition.read' },
      { href: '/console/promotions', label: { zh: '竞赛晋升', en: 'Promotions' }, permission: 'promotion.read' },
      { href: '/console/certificates', label: { zh: '证书', en: 'Certificates' }, permission: 'certificate.read' },
      {
        href: '/console/certificate-layouts',
        label: { zh: '证书版式', en: 'Certificate layouts' },
        permission: 'certificate_layout.read',
      },
      {
        href: '/console/glyph-images',
        label: { zh: '缺字图', en: 'Glyph images' },
        permission: 'certificate_layout.read',
      },
      { href: '/console/signing-keys', label: { zh: '签发密钥', en: 'Signing keys' }, permission: 'signing_key.read' },
      { href: '/console/checks/new', label: { zh: '核验名册', en: 'Check a roster' }, permission: 'certificate.check' },
      {
        href: '/console/registry-checks',
        label: { zh: '官方平台核验', en: 'Official registers' },
        permission: 'registry_check.write',
      },
    ],
  },
  {
    group: { zh: '津贴', en: 'Allowances' },
    items: [
      { href: '/console/schemes', label: { zh: '政策与标准', en: 'Schemes' }, permission: 'scheme.read' },
      { href: '/console/runs', label: { zh: '津贴批次', en: 'Runs' }, permission: 'run.read' },
      {
        href: '/console/allowance-objections',
        label: { zh: '津贴异议', en: 'Objections' },
        permission: 'run.read',
        of_districts: true,
      },
      { href: '/console/recoveries', label: { zh: '追回台账', en: 'Recoveries' }, permission: 'recovery.read' },
      {
        href: '/console/payments',
        label: { zh: '发放对账', en: 'Payments' },
        permission: 'run.read',
        of_districts: true,
      },
      { href: '/console/bank-formats', label: { zh: '银行格式', en: 'Bank formats' }, permission: 'bank_format.read' },
      { href: '/console/budget', label: { zh: '预算', en: 'Budget' }, permission: 'budget.read' },
      { href: '/console/simulations', label: { zh: '政策测算', en: 'Simulations' }, permission: 'simulation.read' },
      {
        href: '/console/allowance-report',
        label: { zh: '津贴报表', en: 'Allowance report' },
        permission: 'report.read',
      },
      { href: '/console/year-book', label: { zh: '年鉴', en: 'Year book' }, permission: 'report.read' },
      { href: '/console/level-pay', label: { zh: '等级薪酬', en: 'Pay by level' }, permission: 'level_pay.read' },
    ],
  },
  {
    group: { zh: '管理', en: 'Administration' },
    items: [
      { href: '/console/organisations', label: { zh: '机构', en: 'Organisations' }, permission: 'organisation.read' },
      { href: '/console/accounts', label: { zh: '账号', en: 'Accounts' }, permission: 'account.read' },
      { href: '/console/api-keys', label: { zh: '接口密钥', en: 'API keys' }, permission: 'api_key.read' },
      { href: '/console/retention', label: { zh: '保留期限', en: 'Retention' }, permission: 'retention.read' },
      { href: '/console/webhooks', label: { zh: '事件推送', en: 'Webhooks' }, permission: 'webhook.read' },
      { href: '/console/history', label: { zh: '操作日志', en: 'History' }, permission: 'history.read' },
      { href: '/console/settings', label: { zh: '设置', en: 'Settings' }, permission: 'setting.read' },
    ],
  },
  {
    group: { zh: '本人', en: 'Yourself' },
    items: [
      { href: '/console/password', label: { zh: '修改密码', en: 'Change password' }, permission: 'account.own' },
      { href: '/console/about', label: { zh: '关于', en: 'About' }, permission: 'session.own' },
    ],
  },
]

export function menuFor({ role, township_code }: Pick<Actor, 'role' | 'township_code'>, lang: Lang, path: string) {
  return GROUPS.map(({ group, items }) => ({
    group: inLanguage(lang, group),
    items: items
      .filter((item) => may(role, item.permission) && !(item.of_districts && township_code))
      .map((item) => ({ href: item.href, label: inLanguage(lang, item.label), current: isCurrent(item.href, path) })),
  })).filter(({ items }) => items.length > 0)
}

function isCurrent(href: string, path: string): boolean {
  const list = href.replace(/\/new$/, '')
  return path === href || path === list || (href !== '/console' && path.startsWith(`${list}/`))
}
