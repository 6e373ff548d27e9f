/** Words of the home page: each role's three main tasks. */
import type { Role } from '../platform/context.ts'
import type { Message } from '../platform/errors.ts'

interface Task {
  label: Message
  note: Message
  href: string
}

const COCKPIT: Task = {
  label: { zh: '驾驶舱', en: 'Cockpit' },
  note: { zh: '持证、培训、津贴一览', en: 'Levels, training and allowances on one page' },
  href: '/console/cockpit',
}
const ISSUE: Task = {
  label: { zh: '签发证书', en: 'Issue certificates' },
  note: { zh: '选择已结业的班，核对名单后签发', en: 'Choose a completed class and check its list' },
  href: '/console/certificates/new',
}
const AUTHORITY: Task[] = [
  {
    label: { zh: '新建津贴批次', en: 'New allowance run' },
    note: { zh: '选择政策、月份和区县，开始计算', en: 'Choose scheme, month and district' },
    href: '/console/runs/new',
  },
  {
    label: { zh: '核验证书', en: 'Look up certificates' },
    note: { zh: '在官方平台查询后登记结果', en: 'Record what the official registers say' },
    href: '/console/registry-checks',
  },
  COCKPIT,
]

export const TASKS: Record<Role, Task[]> = {
  trainer: [
    {
      label: { zh: '批量导入学员', en: 'Import trainees' },
      note: { zh: '下载模板，填好后上传', en: 'Fill in the template and upload it' },
      href: '/console/imports/new?kind=enrolments',
    },
    {
      label: { zh: '培训班', en: 'Classes' },
      note: { zh: '登记学时，办理结业', en: 'Record hours and complete classes' },
      href: '/console/classes',
    },
    ISSUE,
  ],
  assessor: [
    {
      label: { zh: '录入成绩', en: 'Record results' },
      note: { zh: '已结束、待成绩的培训班', en: 'Classes that are over and wait for results' },
      href: '/console/classes?phase=awaiting_completion',
    },
    {
      label: { zh: '批量导入成绩', en: 'Import results' },
      note: { zh: '下载模板，填好后上传', en: 'Fill in the template and upload it' },
      href: '/console/imports/new?kind=results',
    },
    ISSUE,
  ],
  facility: [
    {
      label: { zh: '核验名册', en: 'Check a roster' },
      note: { zh: '一次核对全体人员的证书', en: 'Check everybody’s certificates at once' },
      href: '/console/checks/new',
    },
    {
      label: { zh: '更新在岗', en: 'Update staff' },
      note: { zh: '按月登记出勤与社保', en: 'Attendance and insurance by month' },
      href: '/console/staff',
    },
    {
      label: { zh: '查看津贴', en: 'Look up allowances' },
      note: { zh: '选择人员，看能否发放、差什么', en: 'Choose a person and see what is paid, and what is missing' },
      href: '/console/people',
    },
  ],
  district: AUTHORITY,
  township: [
    {
      label: { zh: '审核津贴批次', en: 'Review runs' },
      note: { zh: '答复疑点，登记抽查，审核本镇街机构', en: 'Answer findings, record inspections, decide your step' },
      href: '/console/runs?status=submitted',
    },
    {
      label: { zh: '已审核的批次', en: 'Reviewed runs' },
      note: { zh: '等待公示或审批', en: 'Waiting for publicity or approval' },
      href: '/console/runs?status=reviewed',
    },
    {
      label: { zh: '已审批的批次', en: 'Approved runs' },
      note: { zh: '金额与暂缓', en: 'Amounts, held lines' },
      href: '/console/runs?status=approved',
    },
  ],
  health: AUTHORITY,
  finance: [
    {
      label: { zh: '审批津贴批次', en: 'Approve runs' },
      note: { zh: '核对金额与依据，批准或驳回', en: 'Check amounts and reasons, approve or reject' },
      href: '/console/runs?status=reviewed',
    },
    {
      label: { zh: '生成发放文件', en: 'Make payment files' },
      note: { zh: '已审批的批次', en: 'For approved runs' },
      href: '/console/runs?status=approved',
    },
    COCKPIT,
  ],
  admin: [
    COCKPIT,
    {
      label: { zh: '政策与标准', en: 'Schemes' },
      note: { zh: '凭文件确认标准', en: 'Confirm rates by document' },
      href: '/console/schemes',
    },
    {
      label: { zh: '管理账号', en: 'Manage accounts' },
      note: { zh: '新增账号，查看锁定', en: 'Add accounts, see who is locked' },
      href: '/console/accounts',
    },
  ],
  auditor: [
    {
      label: { zh: '操作日志', en: 'History' },
      note: { zh: '谁在何时改了什么，可校验', en: 'Who changed what and when, with proof' },
      href: '/console/history',
    },
    {
      label: { zh: '津贴批次', en: 'Allowance runs' },
      note: { zh: '逐人查看金额与依据', en: 'Amounts and reasons for each person' },
      href: '/console/runs',
    },
    COCKPIT,
  ],
  carer: [
    {
      label: { zh: '我的档案', en: 'My record' },
      note: { zh: '证书、培训、任职与竞赛', en: 'Certificates, training, work and competitions' },
      href: '/console/my-record',
    },
    {
      label: { zh: '我的津贴', en: 'My allowances' },
      note: { zh: '每个月发没发、为什么、差什么', en: 'Month by month: paid or not, and why' },
      href: '/console/my-allowances',
    },
    {
      label: { zh: '我的签到', en: 'My check-ins' },
      note: { zh: '上课时输入或扫签到码', en: 'The code on the screen of the class' },
      href: '/console/check-ins',
    },
  ],
}
