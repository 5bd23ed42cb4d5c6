// 关于哪些内容离开本页、浏览器保存什么、离线时什么可用的中文文字。

import type { Messages } from '../en';

export const privacy: Messages['privacy'] = {
  title: '隐私',
  lead: '你的视频不会离开这台设备。这由浏览器强制保证，你可以在这里亲自验证。',
  points: [
    '视频的打开、解码和评判都在本页之内进行，背后没有能接收它们的服务器。',
    '本页只能与它自己的来源地址通信。下面的策略会让浏览器拒绝其他一切连接，页面和负责评判的工作线程都一样。',
    '只保存你选的外观和语言，以及本页自己的文件。关掉标签页，视频和结果就都忘了，除非你允许此浏览器保存结果（见下）。',
    '没有账号，没有 Cookie，没有统计，也没有来自别处的字体或脚本。',
  ],
  limitTitle: '它防不住什么',
  limits: [
    '在不发送响应头的主机上，浏览器不会用策略约束那个让本页离线可用的小程序。它写成只访问本站，而第二条策略不允许别的程序取代它。',
    '你自己安装的浏览器扩展可以读取任何页面。',
    '提供本页的人明天也可以换成另一个页面。若在意，可以自己运行一份：整个网站只是一个文件夹。',
  ],
  ownCopy: '下载本站的 zip 压缩包',
  ownCopyLead: '可在任何静态服务器或 U 盘上运行，无需网络；方法写在包里。',
  policyTitle: '本页的策略',
  tryTitle: '试着泄露',
  tryLead: '这个按钮会真的用页面所知道的各种办法，试着把一个字节发到别的地址。其中没有你的任何内容。',
  address: '要试的地址',
  addressHint: '任何不属于本页的地址都可以；用你自己的服务器日志作证最可靠。',
  addressBad: '请输入另一个网站的完整 http 或 https 地址。',
  tryButton: '试着泄露',
  trying: '正在尝试……',
  attempt: '尝试',
  outcome: '结果',
  refused: (directive) => `被浏览器拒绝（${directive}）`,
  notRefused: '没有被拒绝！这个浏览器没有执行策略。',
  unclear: '失败了，但浏览器没有报告原因',
  verdictGood: (count) => `${count} 次尝试全部被拒绝。`,
  verdictBad: '至少有一次尝试没有被拒绝。请不要用这个浏览器在此处理私密视频。',
  attempts: {
    pageFetch: '页面：fetch',
    pageBeacon: '页面：beacon',
    pageSocket: '页面：WebSocket',
    pageImage: '页面：图片',
    workerFetch: '工作线程：fetch',
    workerSocket: '工作线程：WebSocket',
    urlWorker: '页面：不受策略约束的工作线程',
  },
  requests: '打开本页以来的请求：',
  requestsText: (own, foreign) => `${own} 次发往本站，${foreign} 次发往别处`,
};

export const keep: Messages['keep'] = {
  title: '此浏览器保存什么',
  lead: '默认什么都不保存，除非你打开开关。打开后，已完成视频的分数、哈希值和文件名、上一份报告以及你的标注会留在此浏览器中，重新载入或崩溃都不会丢失。视频从不保存。公用电脑上请保持关闭。',
  on: '在此浏览器中保存结果',
  clips: (_, text) => `已保存 ${text} 段已完成的视频。`,
  used: (size) => `本站在此占用 ${size}，包括它自己的文件。`,
  forget: '忘记一切',
  forgetHint: '包括结果、标注、设置和离线副本。',
  forgotten: '一切都已忘记。',
  full: '浏览器空间已满：不再保存已完成的视频。屏幕上的内容仍在，请保存报告。',
  failed: '浏览器拒绝保存，例如在隐私窗口中。屏幕上的内容仍在，请保存报告。',
};

export const here: Messages['here'] = {
  offline: '当前没有网络。',
  offlineReady: '之前用过的一切仍可继续使用。',
  offlineNot: '屏幕上的内容仍可使用；重新载入需要网络。',
  ready: '可离线使用',
  update: '有新版本。',
  updateNow: '换到新版本',
  updateRun: '更换会结束正在进行的评判；只有允许浏览器保存结果，已完成的视频才会保留。',
  later: '以后再说',
  kept: (_, text) => `此浏览器保存了 ${text} 段已完成的视频结果。再次添加同样的视频，就不会重新评判。`,
  keptReport: '显示上一份报告',
  keptHide: '隐藏',
};
