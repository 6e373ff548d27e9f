/** A facility's own page of pay linked to level: what it promised, what it paid, and forms for both. */

import type { FacilityPay, LadderView } from '../../src/allowances/level-pay-shapes.ts'
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { plainYuan } from '../../src/platform/money.ts'
import { IdPrefix } from '../field-ids.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Notice, Tag } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { HERE, Levels, type Named, Occupation, span } from './level-pay.tsx'
import { levelName, yuan } from './words.ts'

export interface OwnLevelPayProps {
  frame: Frame
  month: string
  occupation_code: string
  occupations: Named[]
  /** null: a facility of the other workforce */
  facility: FacilityPay | null
  ladders: LadderView[]
  /** figures of the month are on record: others need a reason */
  reported: boolean
  values: Record<string, string>
  errors: FormError[]
  /** the form that was refused */
  failed: 'ladder' | 'bands' | null
}

export function OwnLevelPay(props: OwnLevelPayProps) {
  const { frame, month, occupation_code, occupations, facility, ladders, reported, values, errors, failed } = props
  const w = words(frame.lang)
  const levels = facility?.levels ?? []
  const of = (level: number) => levels.find((row) => row.level === level)
  const typed = (form: 'ladder' | 'bands', name: string, known: number | null | undefined) =>
    failed === form ? values[name] : known === null || known === undefined ? '' : plainYuan(known).replace('.00', '')
  return (
    <Page
      {...frame}
      heading={w('等级薪酬', 'Pay by level')}
      actions={
        <a class="button" href={`${HERE}/guidance`}>
          {w('薪酬指导', 'Guidance')}
        </a>
      }
    >
      <Filters action={HERE}>
        <Field label={w('月份', 'Month')} name="month" type="month" value={month} />
        <Occupation occupations={occupations} value={occupation_code} />
      </Filters>
      <Results>
        {!facility && (
          <Notice tone="info">
            {w(
              '本机构不聘用这个职业的人员，请另选职业。',
              'Your facility has no staff of this occupation: choose another.',
            )}
          </Notice>
        )}
        {facility?.promise === 'broken' && (
          <Notice tone="bad">
            {w(
              `${month} 有等级的实发低于承诺，主管部门能看到。`,
              `In ${month} a level was paid less than promised; the authority sees it.`,
            )}
          </Notice>
        )}
        {facility && (
          <Card title={w(`承诺与实发 · ${month}`, `Promised and paid · ${month}`)}>
            <Levels levels={levels} lang={frame.lang} />
          </Card>
        )}
        {facility && (
          <Card title={w(`填报 ${month} 实发区间`, `Report what was paid in ${month}`)}>
            <p class="quiet">
              {w(
                '每个等级只填人数和最低、最高两端，按 500 元一档，不填任何个人的工资：全部人员都不低于下限、低于上限。',
                'Of each level only the number of people and two edges in steps of 500 yuan, never the wage of a person: nobody is below the lower, everybody below the upper edge.',
              )}
            </p>
            <IdPrefix.Provider value="bands">
              <Form action={`${HERE}/bands`} errors={failed === 'bands' ? errors : []} submit={w('填报', 'Report')}>
                <input type="hidden" name="month" value={month} />
                <input type="hidden" name="occupation_code" value={occupation_code} />
                {RISING_LEVELS.map((level) => (
                  <fieldset class="field">
                    <legend>{levelName(level, frame.lang)}</legend>
                    <div class="form row">
                      <Field
                        label={w('人数', 'People')}
                        name={`people_${level}`}
                        type="number"
                        value={failed === 'bands' ? values[`people_${level}`] : of(level)?.people}
                        attributes={{ min: 1 }}
                      />
                      <Field
                        label={w('下限（元）', 'Lower edge, yuan')}
                        name={`low_yuan_${level}`}
                        value={typed('bands', `low_yuan_${level}`, of(level)?.low_fen)}
                        attributes={{ inputmode: 'decimal' }}
                      />
                      <Field
                        label={w('上限（元）', 'Upper edge, yuan')}
                        name={`high_yuan_${level}`}
                        value={typed('bands', `high_yuan_${level}`, of(level)?.high_fen)}
                        attributes={{ inputmode: 'decimal' }}
                      />
                    </div>
                  </fieldset>
                ))}
                {reported && (
                  <Field
                    label={w('更正理由', 'Why figures change')}
                    name="reason"
                    type="textarea"
                    value={typed('bands', 'reason', null)}
                  />
                )}
              </Form>
            </IdPrefix.Provider>
          </Card>
        )}
        {facility && (
          <Card title={w('登记等级薪酬表', 'Record a ladder')}>
            <Form action={`${HERE}/ladders`} errors={failed === 'ladder' ? errors : []} submit={w('登记', 'Record')}>
              <input type="hidden" name="occupation_code" value={occupation_code} />
              <Field
                label={w('自哪天起', 'From')}
                name="effective_from"
                type="date"
                required
                value={values.effective_from}
              />
              {RISING_LEVELS.map((level) => (
                <Field
                  label={w(
                    `${levelName(level, frame.lang)} 每月（元）`,
                    `${levelName(level, frame.lang)}, yuan a month`,
                  )}
                  name={`monthly_yuan_${level}`}
                  value={typed('ladder', `monthly_yuan_${level}`, of(level)?.promised_fen)}
                  hint={
                    of(level)?.guidance_low_fen
                      ? w(
                          `指导 ${span(of(level)!.guidance_low_fen, of(level)!.guidance_high_fen)}`,
                          `guidance ${span(of(level)!.guidance_low_fen, of(level)!.guidance_high_fen)}`,
                        )
                      : undefined
                  }
                  attributes={{ inputmode: 'decimal' }}
                />
              ))}
              <Field
                label={w('依据', 'Reason')}
                name="reason"
                type="textarea"
                required
                value={typed('ladder', 'reason', null)}
              />
            </Form>
          </Card>
        )}
        <Card title={w('历次薪酬表', 'Ladders so far')}>
          <Table
            caption={w('历次薪酬表', 'Ladders so far')}
            empty={w('还没有登记过。', 'None yet.')}
            columns={[
              { key: 'from', label: w('自', 'From') },
              { key: 'steps', label: w('各等级（元/月）', 'Levels, yuan a month') },
              { key: 'linked', label: w('挂钩', 'Linked') },
              { key: 'reason', label: w('依据', 'Reason') },
            ]}
            rows={ladders.map((ladder) => ({
              cells: {
                from: (
                  <>
                    {ladder.effective_from} {ladder.in_force && <Tag tone="good">{w('执行中', 'in force')}</Tag>}
                  </>
                ),
                steps: ladder.steps
                  .map(({ level, monthly_fen }) => `${levelName(level, frame.lang)} ${yuan(monthly_fen)}`)
                  .join(w('，', ', ')),
                linked: ladder.linked ? w('是', 'yes') : w('否', 'no'),
                reason: ladder.reason,
              },
            }))}
          />
        </Card>
      </Results>
    </Page>
  )
}
