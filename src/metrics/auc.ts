/**
 * The area under the ROC curve: the probability that a sample of class 1 has the higher score than one
 * of class 0, ties counted half,
 *
 *   AUC = (Σ rank - n₁ (n₁ + 1) / 2) / (n₀ n₁), over the ranks of class 1 among all scores.
 *
 * Undefined where one of the classes has no sample. Source: scikit-learn's roc_auc_score; Mann and
 * Whitney, 1947.
 */
export function areaUnderCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): number | undefined {
  const order = Array.from({ length: labels.length }, (_, i) => i);
  order.sort((a, b) => scores[a] - scores[b]);
  let [ranks, n1] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && scores[order[to]] === scores[order[from]]) to++;
    const rank = (from + 1 + to) / 2; // the mean of from + 1 to `to`
    for (const i of order.slice(from, to)) {
      if (labels[i] === 1) {
        ranks += rank;
        n1++;
      }
    }
    from = to;
  }
  const n0 = labels.length - n1;
  return n0 === 0 || n1 === 0 ? undefined : (ranks - (n1 * (n1 + 1)) / 2) / (n0 * n1);
}
