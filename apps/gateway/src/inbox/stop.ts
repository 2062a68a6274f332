/**
 * Words by which a contact opts out when a message holds nothing else, in the languages we know them for. A sentence with such a word in it
 * ("please don't stop", "the bus stop") is a message like any other.
 */
export const stopWords: readonly string[] = [
  'stop', 'stopall', 'stop all', 'unsubscribe', 'opt out', 'optout', // en, and understood everywhere
  'stopp', 'abmelden', 'abbestellen', // de, sv, no
  'baja', 'alto', 'cancelar suscripción', 'cancelar suscripcion', // es
  'arrêt', 'arret', 'arrêter', 'arreter', 'désabonner', 'desabonner', // fr
  'parar', 'sair', 'cancelar inscrição', 'cancelar inscricao', // pt
  'cancellami', 'disiscrivimi', // it
  'berhenti', // id
  'रोकें', 'बंद करो', // hi
]; // prettier-ignore

const known = new Set(stopWords);

/** True for a message that is a stop word and nothing else, whatever its case, with blanks or a full stop or exclamation mark around it. */
export function isStop(body: string): boolean {
  return known.has(body.normalize('NFC').trim().replace(/[.!]+$/, '').trim().replace(/\s+/g, ' ').toLowerCase());
}
