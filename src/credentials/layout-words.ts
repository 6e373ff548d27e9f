/** What the parts of a layout and the facts on a certificate are called, and how each value is entered. */
import type { Message } from '../platform/errors.ts'
import type { FIELDS, ItemType } from './certificate-layout.ts'

export const ITEM_NAMES: Record<ItemType, Message> = {
  text: { zh: '文字', en: 'Text' },
  field: { zh: '栏目', en: 'Field with a label' },
  paragraph: { zh: '段落', en: 'Paragraph' },
  column: { zh: '竖排文字', en: 'Upright column' },
  photo: { zh: '照片', en: 'Photo' },
  qr: { zh: '二维码', en: 'QR code' },
  seal: { zh: '印章', en: 'Seal' },
  rule: { zh: '横线', en: 'Rule' },
  frame: { zh: '边框', en: 'Frame' },
  rosette: { zh: '底纹', en: 'Guilloche' },
  watermark: { zh: '演示水印', en: 'Demonstration mark' },
}

/** How a value of an item is entered; `number` values are numbers in the layout, `tick` values are true or false. */
interface ValueWords extends Message {
  as: 'number' | 'text' | 'colour' | 'font' | 'align' | 'tick'
}

export const VALUE_NAMES: Record<string, ValueWords> = {
  x: { zh: '左 mm', en: 'Left mm', as: 'number' },
  y: { zh: '上 mm', en: 'Top mm', as: 'number' },
  w: { zh: '宽 mm', en: 'Width mm', as: 'number' },
  h: { zh: '高 mm', en: 'Height mm', as: 'number' },
  v: { zh: '内容', en: 'Text', as: 'text' },
  empty: { zh: '没有值时印', en: 'Where there is no value', as: 'text' },
  zh: { zh: '中文标签', en: 'Chinese label', as: 'text' },
  en: { zh: '英文标签', en: 'English label', as: 'text' },
  label: { zh: '标签宽 mm', en: 'Label width mm', as: 'number' },
  bottom: { zh: '下方文字', en: 'Text below', as: 'text' },
  font: { zh: '字体', en: 'Typeface', as: 'font' },
  size: { zh: '字号 pt', en: 'Size pt', as: 'number' },
  min: { zh: '最小字号 pt', en: 'Smallest size pt', as: 'number' },
  align: { zh: '对齐', en: 'Alignment', as: 'align' },
  spacing: { zh: '字距（字）', en: 'Letter-spacing em', as: 'number' },
  bold: { zh: '加粗 pt', en: 'Bolder by pt', as: 'number' },
  leading: { zh: '行距（字）', en: 'Leading em', as: 'number' },
  indent: { zh: '首行缩进（字）', en: 'First indent em', as: 'number' },
  colour: { zh: '颜色', en: 'Colour', as: 'colour' },
  line: { zh: '线宽 pt', en: 'Line pt', as: 'number' },
  notch: { zh: '缺角 mm', en: 'Notch mm', as: 'number' },
  petals: { zh: '瓣数', en: 'Petals', as: 'number' },
  layers: { zh: '层数', en: 'Layers', as: 'number' },
  depth: { zh: '起伏（0 至 1）', en: 'Depth (0 to 1)', as: 'number' },
  angle: { zh: '倾斜（度）', en: 'Angle (degrees)', as: 'number' },
  required: { zh: '没有照片不能发证', en: 'No certificate without a photo', as: 'tick' },
}

export const FONT_NAMES: Record<string, Message> = {
  serif: { zh: '宋体', en: 'Serif' },
  sans: { zh: '黑体', en: 'Sans' },
}

export const ALIGN_NAMES: Record<string, Message> = {
  left: { zh: '左', en: 'Left' },
  center: { zh: '中', en: 'Centre' },
  right: { zh: '右', en: 'Right' },
  spread: { zh: '分散', en: 'Spread' },
}

export const FIELD_NAMES: Record<(typeof FIELDS)[number], Message> = {
  title_zh: { zh: '证书名称', en: 'title' },
  number: { zh: '证书编号', en: 'number' },
  holder_name: { zh: '姓名', en: 'holder' },
  sex_zh: { zh: '性别', en: 'sex' },
  id_type_zh: { zh: '证件类型', en: 'ID type' },
  id_number_masked: { zh: '证件号码（打码）', en: 'ID number, masked' },
  occupation_name: { zh: '职业名称', en: 'occupation' },
  job_type: { zh: '工种或课程', en: 'job type or course' },
  level_zh: { zh: '技能等级', en: 'level' },
  theory: { zh: '理论成绩', en: 'theory' },
  practical: { zh: '技能成绩', en: 'practical' },
  issuer_name: { zh: '发证机构', en: 'issuer' },
  issued_on_zh: { zh: '发证日期', en: 'day of issue' },
  verify_url: { zh: '查验网址（二维码用）', en: 'verification address, for the QR code' },
  verify_site: { zh: '查验网站', en: 'verification site' },
  body_zh: { zh: '正文', en: 'body text' },
  replaces_number: { zh: '原证书编号', en: 'number of the certificate it replaces' },
  replaces_issued_on_zh: { zh: '原证书发证日期', en: 'day of issue of the one it replaces' },
}

/** A common name, the longest that there are, and one with rare characters. */
export const SAMPLES = ['usual', 'long', 'rare'] as const
export type Sample = (typeof SAMPLES)[number]
