// The words of the dialog that makes a lesson's address, in English.

export const en = {
  title: 'Make a lesson link',
  lead: 'Set up what the class sees, and give them the address. It holds only these settings: nothing of yours.',
  name: 'Title of the lesson',
  language: 'Language',
  anyLanguage: 'each visitor’s own',
  begin: 'Begin with',
  screens: 'Screens in the navigation',
  alwaysShown: 'Start and Privacy always stay.',
  samples: 'Samples',
  task: 'The quiz asks',
  anyTask: 'all kinds of questions',
  tasks: { judgement: 'yes or no only', open: 'descriptions only', choice: 'choices only' },
  shuffle: 'Same order for everybody',
  address: 'Address',
  open: 'Try it',
  close: 'Close',
};

export type LessonMessages = typeof en;
