// 制作课程链接的对话框文字，简体中文。

import type { LessonMessages } from './en';

export const zh: LessonMessages = {
  title: '制作课程链接',
  lead: '设置好全班看到的内容，再把网址发给他们。网址里只有这些设置，没有你的任何东西。',
  name: '课程标题',
  language: '语言',
  anyLanguage: '各人自己的语言',
  begin: '从哪里开始',
  screens: '导航中的页面',
  alwaysShown: '“开始”和“隐私”始终保留。',
  samples: '样片',
  task: '测验题型',
  anyTask: '所有题型',
  tasks: { judgement: '只有判断题', open: '只有描述题', choice: '只有选择题' },
  shuffle: '所有人顺序相同',
  address: '网址',
  open: '试一试',
  close: '关闭',
};
