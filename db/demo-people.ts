/**
 * Made-up people for the demo world: always the same ones, and nobody real. Their resident numbers lie in area 109901 (province codes
 * start at 11), their bank accounts start with 0000 (no bank has that), and they have no phone.
 */
import { checkDigit, luhnValid, type Sex } from '../src/people/identity.ts'
import { addDays, type LocalDate } from '../src/platform/calendar.ts'

export interface DemoPerson {
  name: string
  id_number: string
  sex: Sex
  birth_date: LocalDate
  education: Education
  bank_account: string
}
type Education =
  | 'primary'
  | 'junior_secondary'
  | 'senior_secondary'
  | 'secondary_vocational'
  | 'junior_college'
  | 'bachelor'
  | 'postgraduate'

/** The first `count` people. The same number is always the same person, and no two share a resident number. */
export function demoPeople(count: number): DemoPerson[] {
  return Array.from({ length: count }, (_, number) => demoPerson(number))
}

/** @param number 0 to 7,800,000 */
export function demoPerson(number: number): DemoPerson {
  const random = mulberry32(20261123 + number)
  const sex = random() < 0.82 ? 'female' : 'male'
  const { birth_date, serial } = birthOf(number)
  const seventeen = `109901${birth_date.replaceAll('-', '')}${String(2 * serial + (sex === 'male' ? 1 : 0)).padStart(3, '0')}`
  return {
    name: nameOf(number, sex, Number(birth_date.slice(0, 4)), random),
    id_number: seventeen + checkDigit(seventeen),
    sex,
    birth_date,
    education: educationOf(Number(birth_date.slice(0, 4)), random),
    bank_account: accountOf(number),
  }
}

/** A small generator with a 32-bit state, the same on every machine. */
export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const FIRST_BIRTHDAY = '1962-01-01'
const BIRTHDAYS = 15_706 // to 2004-12-31
const SERIALS = 499

/** Day and serial walk through all their combinations in steps of a prime, so no pair comes twice. */
function birthOf(number: number): { birth_date: LocalDate; serial: number } {
  const slot = (number * 4_999_999) % (BIRTHDAYS * SERIALS)
  return { birth_date: addDays(FIRST_BIRTHDAY, Math.floor(slot / SERIALS)), serial: 1 + (slot % SERIALS) }
}

// by frequency, the most frequent first
const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢',
  ...'姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔单常',
]
const DOUBLE_SURNAMES = ['欧阳', '上官', '诸葛', '司马', '尉迟', '慕容', '皇甫', '夏侯', '令狐', '端木']
const RARE = ['𬱖', '䶮', '㛃']
const GIVEN: Record<Sex, [until: number, characters: string][]> = {
  female: [
    [1975, '秀英兰桂珍凤玉芳莲琴香菊红梅翠娥霞云惠芬'],
    [1990, '丽娟燕敏静艳红霞萍玲娜芳晓雪丹华英慧洁莉'],
    [2010, '婷雨欣怡思佳琪梦涵雯倩颖诗悦妍瑶蕾洋慧莹'],
  ],
  male: [
    [1975, '国建军明华强志平德福贵林海根荣生永庆文忠'],
    [1990, '伟勇军磊涛超斌鹏辉刚波峰凯健亮俊杰飞龙宁'],
    [2010, '浩宇轩子豪天佑俊杰鑫博文昊然嘉睿晨阳一凡'],
  ],
}
const MINORITY: Record<Sex, string[]> = {
  female: ['阿依古丽', '古丽娜尔', '热依汗', '帕提古丽', '米热班'],
  male: ['买买提', '艾力', '吐尔逊', '阿不都拉', '努尔兰'],
}

function nameOf(number: number, sex: Sex, born: number, random: () => number): string {
  const pick = <T>(list: ArrayLike<T>): T => list[Math.floor(random() * list.length)]!
  if (random() < 0.01) return `${pick(MINORITY[sex])}·${pick(MINORITY.male)}`
  const surname = random() < 0.03 ? pick(DOUBLE_SURNAMES) : SURNAMES[byRank(SURNAMES.length, random())]!
  const characters = GIVEN[sex].find(([until]) => born < until)![1]
  const first = number % 251 === 17 ? RARE[Math.floor(number / 251) % RARE.length]! : pick(characters)
  return surname + first + (random() < 0.8 ? pick(characters) : '')
}

/** Rank r with a weight of 1 / (r + 4): the first ten surnames are two fifths of the people, as in the census. */
function byRank(count: number, random: number): number {
  return Math.min(count - 1, Math.floor(4 * ((count + 4) / 4) ** random) - 4)
}

function educationOf(born: number, random: () => number): Education {
  const shares: [Education, number][] =
    born < 1980
      ? [
          ['primary', 0.28],
          ['junior_secondary', 0.8],
          ['senior_secondary', 0.94],
          ['junior_college', 1],
        ]
      : [
          ['junior_secondary', 0.3],
          ['senior_secondary', 0.45],
          ['secondary_vocational', 0.68],
          ['junior_college', 0.92],
          ['bachelor', 0.995],
          ['postgraduate', 1],
        ]
  const drawn = random()
  return shares.find(([, upTo]) => drawn < upTo)![0]
}

function accountOf(number: number): string {
  const body = `0000${String(88_000_000_000_000 + number * 97).padStart(14, '0')}`
  return [...'0123456789'].map((digit) => body + digit).find(luhnValid)!
}
