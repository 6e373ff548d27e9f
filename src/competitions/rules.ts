/** Vocabulary of competitions, when an event is ready for the next step, and what its constraints mean. */
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'

export const TIERS = {
  national: { zh: '国家级', en: 'National' },
  province: { zh: '省级', en: 'Provincial' },
  city: { zh: '市级', en: 'City' },
  district: { zh: '区县级', en: 'District' },
} satisfies Record<string, Message>

/** 一类 takes in several industries, 二类 is of one (source S52). */
export const CLASSES: Record<number, Message> = {
  1: { zh: '一类', en: 'Class 1' },
  2: { zh: '二类', en: 'Class 2' },
}

/** What a competition can wait for from its organiser. */
export const COMPETITION_WAITS = {
  publication: { zh: '已举办、名次待公布', en: 'ranking to publish' },
} satisfies Record<string, Message>

/** The awards the console offers; their names are printed in Chinese. */
export const AWARDS: Message[] = [
  { zh: '一等奖', en: 'First prize' },
  { zh: '二等奖', en: 'Second prize' },
  { zh: '三等奖', en: 'Third prize' },
  { zh: '优胜奖', en: 'Merit prize' },
]

/** Lines of awards the console offers: the usual ones with their names, and one without. */
export const AWARD_LINES = AWARDS.length + 1

export interface Judge {
  /** key of the module */
  part: string
  name: string
  organisation_id?: string | null | undefined
}

export const constraints: Constraints = {
  competitions_name_key: {
    code: 'competition.name_taken',
    message: {
      zh: '已有同名的竞赛，请在名称里写明年份或届次。',
      en: 'A competition of this name exists; add its year or number.',
    },
  },
  competition_events_competition_id_name_key: {
    code: 'event.name_taken',
    message: { zh: '本次竞赛已有同名的项目。', en: 'The competition already has an event of this name.' },
  },
  competition_entry_members_event_id_person_id_key: {
    code: 'entry.member_twice',
    message: {
      zh: '队员中有人已在本项目的另一支队里。',
      en: 'Somebody of the team is in another team of this event already.',
    },
  },
  competition_entries_event_id_station_key: {
    code: 'entry.station_taken',
    message: { zh: '这个工位号已经抽给别人，请核对抽签记录。', en: 'This station is somebody else’s; check the draw.' },
  },
}
