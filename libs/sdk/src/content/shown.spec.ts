import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Content } from './content.js';
import { aFile, contents } from './contents.fixture.js';
import type { TemplateContent } from './kinds/template.js';
import { shownText } from './shown.js';

type Shown = Exclude<Content, TemplateContent>;

describe('what a person is shown', () => {
  it.each<[Shown, string]>([
    [{ type: 'text', body: 'Hello [audio]' }, 'Hello [audio]'],
    [{ type: 'image', file: aFile, caption: 'Our shop' }, '[image] Our shop'],
    [{ type: 'video', file: aFile }, '[video]'],
    [{ type: 'audio', file: aFile }, '[audio]'],
    [{ type: 'audio', file: aFile, voice: true }, '[voice message]'],
    [{ type: 'sticker', file: aFile }, '[sticker]'],
    [{ type: 'document', file: { ...aFile, filename: 'bill.pdf' }, caption: 'May' }, '[document] bill.pdf, May'],
    [{ type: 'location', latitudeE7: 374_216_250, longitudeE7: -1_220_840_000, name: 'HQ' }, '[location] HQ, 37.421625, -122.084'],
    [{ type: 'contacts', contacts: [{ name: { formattedName: 'Ada' } }, { name: { formattedName: 'Bob' } }] }, '[contact] Ada, Bob'],
    [{ type: 'reaction', messageId: 'm1', emoji: '👍' }, '[reaction] 👍'],
    [{ type: 'reaction', messageId: 'm1', emoji: '' }, '[reaction taken back]'],
    [{ type: 'interactive', kind: 'button', header: { kind: 'text', text: 'Parcel 17' }, body: 'When?', footer: 'Parley', buttons: [{ id: '1', title: 'Today' }, { id: '2', title: 'Later' }] }, 'Parcel 17\nWhen?\nParley\n• Today\n• Later'],
    [{ type: 'interactive', kind: 'list', body: 'Which?', button: 'Choose', sections: [{ rows: [{ id: '1', title: 'Fast', description: '1 day' }, { id: '2', title: 'Slow' }] }] }, 'Which?\n• Fast: 1 day\n• Slow'],
    [{ type: 'interactive', kind: 'cta_url', header: { kind: 'image', file: aFile }, body: 'Look', button: 'Open', url: 'https://example.com' }, '[image]\nLook\n• Open: https://example.com'],
    [{ type: 'button_reply', id: '1', title: 'Today' }, 'Today'],
    [{ type: 'list_reply', id: '1', title: 'Fast' }, 'Fast'],
    [{ type: 'template_reply', payload: 'YES', text: 'Yes' }, 'Yes'],
  ])('of %j is %j', (content, shown) => expect(shownText(content)).toBe(shown));

  it('is never empty, and never a file’s key', () => {
    fc.assert(
      fc.property(contents.filter((content): content is Shown => content.type !== 'template'), (content) => {
        const shown = shownText(content);
        expect(shown).not.toBe('');
        if ('file' in content) expect(shown).not.toContain(content.file.key);
      }),
    );
  });
});
