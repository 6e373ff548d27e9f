// Pinyin of names: surnames read as surnames, rare characters and foreign names kept.
import { expect, test } from 'vitest'
import { namePinyin } from '../../src/platform/pinyin.ts'

test.each([
  ['曾国强', 'zengguoqiang', 'zgq'],
  ['单晓燕', 'shanxiaoyan', 'sxy'],
  ['仇千里', 'qiuqianli', 'qql'],
  ['解晓东', 'xiexiaodong', 'xxd'],
  ['朴树', 'piaoshu', 'ps'],
  ['欧阳娜娜', 'ouyangnana', 'oynn'],
  ['尉迟恭', 'yuchigong', 'ycg'],
  ['吕布', 'lvbu', 'lb'],
  ['张雪英', 'zhangxueying', 'zxy'],
  ['阿依古丽·买买提', 'ayigulimaimaiti', 'ayglmmt'],
  ['王䶮', 'wangyan', 'wy'],
  ['𠮷野', '𠮷ye', '𠮷y'],
  ['John Smith', 'johnsmith', 'js'],
  ["Anne-Marie O'Neill", 'annemarieoneill', 'amon'],
])('%s → %s, %s', (name, pinyin, initials) => {
  expect(namePinyin(name)).toEqual({ pinyin, initials })
})
