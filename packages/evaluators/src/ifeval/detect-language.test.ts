import { describe, expect, it, test } from 'vitest';
import { detectableLanguages, detectLanguage } from './detect-language.js';

/** "The children played in the garden until the sun went down, and then we all ate together." in each language of IFEval. */
const sentences = {
  en: 'The children played in the garden until the sun went down, and then we all ate together.',
  es: 'Los niños jugaron en el jardín hasta que se puso el sol, y luego comimos todos juntos.',
  pt: 'As crianças brincaram no jardim até o sol se pôr, e depois comemos todos juntos.',
  ar: 'لعب الأطفال في الحديقة حتى غربت الشمس، ثم أكلنا جميعا معا.',
  hi: 'बच्चे सूरज ढलने तक बगीचे में खेलते रहे, और फिर हम सबने साथ में खाना खाया।',
  fr: 'Les enfants ont joué dans le jardin jusqu’au coucher du soleil, puis nous avons tous mangé ensemble.',
  ru: 'Дети играли в саду, пока не зашло солнце, а потом мы все вместе поели.',
  de: 'Die Kinder spielten im Garten, bis die Sonne unterging, und dann aßen wir alle zusammen.',
  ja: '子供たちは日が沈むまで庭で遊び、それからみんなで一緒に食べました。',
  it: 'I bambini hanno giocato in giardino fino al tramonto, e poi abbiamo mangiato tutti insieme.',
  bn: 'সূর্য ডোবা পর্যন্ত শিশুরা বাগানে খেলেছিল, তারপর আমরা সবাই একসাথে খেয়েছিলাম।',
  uk: 'Діти гралися в саду, поки не зайшло сонце, а потім ми всі разом поїли.',
  th: 'เด็กๆ เล่นในสวนจนพระอาทิตย์ตก แล้วพวกเราทุกคนก็กินข้าวด้วยกัน',
  ur: 'بچے سورج غروب ہونے تک باغ میں کھیلتے رہے، اور پھر ہم سب نے مل کر کھانا کھایا۔',
  ta: 'சூரியன் மறையும் வரை குழந்தைகள் தோட்டத்தில் விளையாடினர், பின்னர் நாங்கள் அனைவரும் ஒன்றாக சாப்பிட்டோம்.',
  te: 'సూర్యుడు అస్తమించే వరకు పిల్లలు తోటలో ఆడుకున్నారు, ఆ తర్వాత మేమంతా కలిసి తిన్నాము.',
  bg: 'Децата играха в градината, докато слънцето залезе, а после всички ядохме заедно.',
  ko: '아이들은 해가 질 때까지 정원에서 놀았고, 그 후 우리는 모두 함께 먹었습니다.',
  pl: 'Dzieci bawiły się w ogrodzie aż do zachodu słońca, a potem wszyscy zjedliśmy razem.',
  he: 'הילדים שיחקו בגינה עד שהשמש שקעה, ואז כולנו אכלנו ביחד.',
  fa: 'بچه‌ها تا غروب آفتاب در باغ بازی کردند و بعد همه با هم غذا خوردیم.',
  vi: 'Bọn trẻ chơi trong vườn cho đến khi mặt trời lặn, rồi tất cả chúng tôi cùng ăn với nhau.',
  ne: 'घाम नअस्ताउन्जेल केटाकेटीहरू बगैंचामा खेले, अनि हामी सबैले सँगै खाना खायौं।',
  sw: 'Watoto walicheza bustanini hadi jua lilipozama, kisha sisi sote tukala pamoja.',
  kn: 'ಸೂರ್ಯ ಮುಳುಗುವವರೆಗೆ ಮಕ್ಕಳು ತೋಟದಲ್ಲಿ ಆಡಿದರು, ನಂತರ ನಾವೆಲ್ಲರೂ ಒಟ್ಟಿಗೆ ಊಟ ಮಾಡಿದೆವು.',
  mr: 'सूर्य मावळेपर्यंत मुले बागेत खेळत होती आणि मग आम्ही सर्वांनी एकत्र जेवण केले.',
  gu: 'સૂર્ય આથમ્યો ત્યાં સુધી બાળકો બગીચામાં રમ્યા, અને પછી અમે બધાએ સાથે ખાધું.',
  pa: 'ਸੂਰਜ ਡੁੱਬਣ ਤੱਕ ਬੱਚੇ ਬਾਗ ਵਿੱਚ ਖੇਡਦੇ ਰਹੇ, ਅਤੇ ਫਿਰ ਅਸੀਂ ਸਾਰਿਆਂ ਨੇ ਇਕੱਠੇ ਖਾਣਾ ਖਾਧਾ।',
  ml: 'സൂര്യൻ അസ്തമിക്കുന്നതുവരെ കുട്ടികൾ പൂന്തോട്ടത്തിൽ കളിച്ചു, പിന്നെ ഞങ്ങൾ എല്ലാവരും ഒരുമിച്ച് കഴിച്ചു.',
  fi: 'Lapset leikkivät puutarhassa auringonlaskuun asti, ja sitten me kaikki söimme yhdessä.',
};

test.each(Object.entries(sentences))('%s', async (language, sentence) => {
  expect(detectableLanguages.has(language)).toBe(true);
  expect(await detectLanguage(sentence)).toBe(language);
});

test.each(['Etchings', 'a small one', 'maybe they will', 'kind of a guess'])('%s is English', async (text) => {
  expect(await detectLanguage(text)).toBe('en');
});

describe('what is read', () => {
  it('is nothing without letters', async () => {
    expect(await detectLanguage('123, 4!')).toBeUndefined();
    expect(await detectLanguage('https://example.com/path me@example.com')).toBeUndefined();
  });

  it('is the case-blind text, without names in Latin letters', async () => {
    expect(await detectLanguage(sentences.en.toUpperCase())).toBe('en');
    expect(await detectLanguage(`[Section 1, in Marathi] ${sentences.mr.repeat(3)}`)).toBe('mr');
  });

  it('is more than the beginning', async () => {
    const [english, german] = [sentences.en, sentences.de].map((text) => `${text} `);
    expect(await detectLanguage(english.repeat(10) + german.repeat(40))).toBe('de');
  });

  it('is bounded', async () => {
    await detectLanguage('x');
    const texts = ['a'.repeat(1e6), '\ud800a'.repeat(5e5), 'http://'.repeat(1e5), 'a.b@'.repeat(2e5), '@'.repeat(1e6)];
    for (const text of texts) {
      const before = process.cpuUsage();
      await detectLanguage(text);
      expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(1000);
    }
  });
});
