import { StateField, Transaction } from "@codemirror/state";

/** Whether the person has put the cursor where it is: until then it opens nothing. */
export const hasCursor = StateField.define<boolean>({
  create: () => false,
  update: (has, transaction) =>
    has ||
    transaction.selection !== undefined ||
    // What another program changed in the file is not written at the cursor.
    (transaction.docChanged && transaction.annotation(Transaction.remote) !== true),
});
