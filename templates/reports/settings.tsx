/** What is in force and where it comes from: read only, because each is changed where it comes from. */
import { inLanguage, type Message } from '../../src/platform/errors.ts'
import type { ReferenceNumber } from '../../src/reports/settings.ts'
import { CONFIDENCES } from '../../src/training/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

export interface SettingsProps {
  frame: Frame
  installation: { public_url: string; single_sign_on: string | null; demo: boolean }
  limits: { what: Message; value: number; unit: Message }[]
  masks: { what: Message; before: Message; after: Message }[]
  numbers: ReferenceNumber[]
  publicity: { name: string; days: number; citation: string }[]
  jobs: Record<string, number>
  /** years whose holidays are known */
  holidays: string[]
}

export function Settings({ frame, installation, ...props }: SettingsProps) {
  const w = words(frame.lang)
  const { public_url, single_sign_on, demo } = installation
  return (
    <Page {...frame} heading={w('设置', 'Settings')}>
      <p class="quiet">
        {w(
          '这里只看不改：每一项都写明从哪里来，在那里改。密钥和密码不在此显示。',
          'To be read only: each says where it comes from, and is changed there. Keys and passwords are never shown.',
        )}
      </p>
      <Card title={w('本系统', 'This installation')}>
        <Facts
          items={[
            {
              label: w('对外地址', 'Public address'),
              value: <From setting="PUBLIC_URL">{public_url}</From>,
            },
            {
              label: w('统一身份认证', 'Single sign-on'),
              value: (
                <From setting="HUYU_SSO_ISSUER">
                  {single_sign_on ?? <Tag tone="plain">{w('未配置', 'Not configured')}</Tag>}
                </From>
              ),
            },
            ...(demo
              ? [{ label: w('数据', 'Data'), value: <Tag tone="warn">{w('演示数据', 'A made-up city')}</Tag> }]
              : []),
            {
              label: w('后台任务', 'Jobs'),
              value: w(
                `排队 ${props.jobs.queued ?? 0}，处理中 ${props.jobs.running ?? 0}，失败 ${props.jobs.failed ?? 0}`,
                `${props.jobs.queued ?? 0} queued, ${props.jobs.running ?? 0} running, ${props.jobs.failed ?? 0} failed`,
              ),
            },
          ]}
        />
      </Card>
      <Card title={w('登录', 'Signing in')}>
        <p class="quiet">{w('由程序规定，对所有账号一样。', 'Held by the program, the same for every account.')}</p>
        <Facts
          items={props.limits.map(({ what, value, unit }) => ({
            label: inLanguage(frame.lang, what),
            value: `${value} ${inLanguage(frame.lang, unit)}`.trim(),
          }))}
        />
      </Card>
      <Card title={w('遮盖规则', 'Masks')}>
        <p class="quiet">
          {w(
            '由程序规定；下面是编造的例子。看全号要写理由并留痕。',
            'Held by the program, shown on made-up examples. Whoever looks at a full number says why, and that is recorded.',
          )}
        </p>
        <Table
          caption={w('遮盖规则', 'Masks')}
          empty={w('没有规则。', 'No rules.')}
          columns={[
            { key: 'what', label: w('内容', 'What') },
            { key: 'before', label: w('原文', 'In full') },
            { key: 'after', label: w('显示为', 'Shown as') },
          ]}
          rows={props.masks.map(({ what, before, after }) => ({
            cells: {
              what: inLanguage(frame.lang, what),
              before: <code>{inLanguage(frame.lang, before)}</code>,
              after: <code>{inLanguage(frame.lang, after)}</code>,
            },
          }))}
        />
      </Card>
      <Card title={w('公示天数', 'Days of publicity')}>
        <p class="quiet">
          {w(
            '按政策文件；文件没写的，由办理公示的人填写。',
            'As the document of the scheme says; where it says nothing, whoever publishes enters them.',
          )}
        </p>
        <Table
          caption={w('公示天数', 'Days of publicity')}
          empty={w('现行政策都没有写公示几天。', 'No scheme in force says for how many days.')}
          columns={[
            { key: 'name', label: w('政策', 'Scheme') },
            { key: 'days', label: w('天数', 'Days'), numeric: true },
            { key: 'citation', label: w('依据', 'Basis') },
          ]}
          rows={props.publicity.map(({ name, days, citation }) => ({
            cells: { name, days, citation },
          }))}
        />
      </Card>
      <Card title={w('节假日', 'Holidays')}>
        <p>
          {w(
            `已载入 ${props.holidays.at(0)}–${props.holidays.at(-1)} 年国务院办公厅的放假安排；没有载入的年份只扣除周末。`,
            `The State Council's holidays are known for ${props.holidays.at(0)}–${props.holidays.at(-1)}; in other years only weekends are left out.`,
          )}
        </p>
        <p class="quiet">
          {w('来源：软件包 ', 'Source: the package ')}
          <code>chinese-days</code>
          {w('，版本见', '; its version is under ')}
          <a href="/console/about">{w('关于', 'About')}</a>
          {w('。', '.')}
        </p>
      </Card>
      <Card title={w('参考数据中的数字', 'Numbers of the reference data')}>
        <Table
          caption={w('参考数据中的数字', 'Numbers of the reference data')}
          empty={w('没有生效的规则。', 'No rule is in force.')}
          columns={[
            { key: 'what', label: w('内容', 'What') },
            { key: 'value', label: w('数值', 'Value'), numeric: true },
            { key: 'sure', label: w('把握', 'How sure') },
            { key: 'citation', label: w('依据', 'Basis') },
          ]}
          rows={props.numbers.map(({ what, value, unit, citation, confidence }) => ({
            cells: {
              what: inLanguage(frame.lang, what),
              value: `${value.toLocaleString('en-US')} ${inLanguage(frame.lang, unit)}`.trim(),
              sure: inLanguage(frame.lang, CONFIDENCES[confidence as keyof typeof CONFIDENCES]),
              citation,
            },
          }))}
        />
        <p class="quiet">
          {w('保留期限单列：', 'How long what is kept has a page of its own: ')}
          <a href="/console/retention">{w('保留期限', 'Retention')}</a>
        </p>
      </Card>
    </Page>
  )
}

/** A value and the setting it is changed by. */
function From({ setting, children }: { setting: string; children: unknown }) {
  const w = useWords()
  return (
    <>
      {children}{' '}
      <small class="quiet">
        {w('设置项 ', 'setting ')}
        <code>{setting}</code>
      </small>
    </>
  )
}
