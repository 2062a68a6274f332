const sentences: Readonly<Record<string, string>> = {
  template: 'A template message: charged at the rate of the customer’s country.',
  'app-lane': 'Sent by hand in the small-business app: replies there are free, also late ones.',
  'inside-window': 'A reply within the free window after the customer’s last message.',
  'late-free-form': 'A late reply: sent after the free window had closed.',
  'entry-point': 'Sent within the free window that opens when a customer comes through an ad.',
};

/** What a rule of a policy, such as `S0/late-free-form`, says in a sentence. One that is not known here is left to the policy. */
export function explainRule(rule: string): string {
  const name = rule.slice(rule.lastIndexOf('/') + 1);
  return sentences[name] ?? 'The policy says what this rule means.';
}
