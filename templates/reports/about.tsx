/** Which program this is: its version and the licences of what is shipped; for administrators database and keys as well. */
import { localTime } from '../../src/platform/calendar.ts'
import type { Shipped } from '../../src/platform/context.ts'
import type { Details } from '../../src/reports/about.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface AboutProps {
  frame: Frame
  shipped: Shipped
  /** null for whoever does not administer */
  details: Details | null
}

export function About({ frame, shipped, details }: AboutProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('关于护育台账', 'About Huyu')}>
      <Card>
        <Facts
          items={[
            { label: w('版本', 'Version'), value: <code>{shipped.version}</code> },
            { label: w('许可', 'Licence'), value: <code>Apache-2.0</code> },
            { label: w('接口', 'API'), value: <a href="/docs">{w('接口文档', 'API documentation')}</a> },
          ]}
        />
      </Card>
      {details && <Inside frame={frame} details={details} />}
      <Card title={w(`所含软件包 ${shipped.packages.length} 个`, `${shipped.packages.length} packages shipped`)}>
        <Table
          caption={w('所含软件包', 'Packages shipped')}
          empty={w('没有软件包。', 'No packages.')}
          columns={[
            { key: 'name', label: w('软件包', 'Package') },
            { key: 'version', label: w('版本', 'Version') },
            { key: 'licence', label: w('许可', 'Licence') },
          ]}
          rows={shipped.packages.map(({ name, version, licence }) => ({
            cells: {
              name: <code>{name}</code>,
              version: <code>{version}</code>,
              licence: licence ? <code>{licence}</code> : w('未注明', 'Not stated'),
            },
          }))}
        />
      </Card>
    </Page>
  )
}

function Inside({ frame, details }: { frame: Frame; details: Details }) {
  const w = words(frame.lang)
  const { database, migration, vault_keys, signing_keys } = details
  return (
    <>
      <Card title={w('数据库与密钥', 'Database and keys')}>
        <Facts
          items={[
            { label: w('数据库', 'Database'), value: <code>{database}</code> },
            {
              label: w('最近的结构升级', 'Last migration'),
              value: (
                <>
                  <code>{migration.name}</code> {localTime(migration.applied_at)}
                </>
              ),
            },
            {
              label: w('加密密钥编号', 'Keys that seal'),
              value: vault_keys.map((id, at) => (
                <>
                  <code>{id}</code> {at === 0 ? w('在用', 'in use') : w('只用于打开', 'opens only')}{' '}
                </>
              )),
            },
          ]}
        />
      </Card>
      <Card title={w('签发密钥', 'Signing keys')}>
        <Table
          caption={w('签发密钥', 'Signing keys')}
          empty={w('还没有机构签发过证书。', 'No organisation has issued a certificate yet.')}
          columns={[
            { key: 'organisation', label: w('机构', 'Organisation') },
            { key: 'id', label: w('编号', 'Id') },
            { key: 'from', label: w('启用', 'From') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={signing_keys.map(({ id, organisation_name, valid_from, retired_at }) => ({
            cells: {
              organisation: organisation_name,
              id: <code>{id}</code>,
              from: localTime(valid_from),
              state: retired_at ? (
                <Tag tone="plain">{w('已停用', 'Retired')}</Tag>
              ) : (
                <Tag tone="good">{w('在用', 'In use')}</Tag>
              ),
            },
          }))}
        />
      </Card>
    </>
  )
}
