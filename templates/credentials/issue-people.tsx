/** The people of a class before certificates are issued: who gets one, who does not and why, who has no photo. */
import { Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords } from '../words.ts'

export interface CandidateView {
  enrolment_id: string
  person_id: string
  name: string
  id_number_masked: string
  obstacle: string | null
  /** there is one; without it the certificate shows an empty place, unless its layout asks for one */
  photo: boolean
}

export function CandidateTable({ people }: { people: CandidateView[] }) {
  const w = useWords()
  return (
    <Table
      caption={w('学员', 'People of the class')}
      columns={[
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'id_number', label: w('证件号码', 'ID number') },
        { key: 'photo', label: w('照片', 'Photo') },
        { key: 'state', label: w('能否发证', 'Eligible') },
        { key: 'reason', label: w('原因', 'Reason') },
      ]}
      empty={w('这个班没有学员。', 'Nobody is in this class.')}
      rows={people.map((person) => ({
        cells: {
          name: person.name,
          id_number: person.id_number_masked,
          photo: (
            <a href={`/console/people/${person.person_id}/photo`}>
              {person.photo ? w('有', 'yes') : w('没有，上传', 'none: upload')}
            </a>
          ),
          state: person.obstacle ? <Tag tone="warn">{w('不能', 'No')}</Tag> : <Tag tone="good">{w('可以', 'Yes')}</Tag>,
          reason: person.obstacle ?? '',
        },
      }))}
    />
  )
}
