extension String {
  /// The text in quotes, fit for a message: control characters spelled out, and
  /// long texts cut off.
  var quoted: String {
    count <= 40 ? "'\(printable)'" : "'\(String(prefix(40)).printable)…'"
  }

  /// `; did you mean 'x'?` if one of `known` is close, then the known ones.
  func hint(known: [String]) -> String {
    let folded = lowercased()
    let nearest = known.map { ($0, folded.editDistance(to: $0)) }.min { $0.1 < $1.1 }
    let list = "Known: \(known.joined(separator: ", "))"
    guard let nearest, nearest.1 <= max(1, nearest.0.count / 3) else { return ". \(list)" }
    return "; did you mean '\(nearest.0)'? \(list)"
  }

  /// How many letters must be inserted, removed, changed or swapped with their
  /// neighbour to make `other` (optimal string alignment).
  func editDistance(to other: String) -> Int {
    // Names are short; what is longer is nothing that we know.
    let left = Array(prefix(64))
    let right = Array(other.prefix(64))
    var table = [[Int]](repeating: Array(0...right.count), count: left.count + 1)
    for row in table.indices { table[row][0] = row }
    for row in left.indices {
      for column in right.indices {
        let change = left[row] == right[column] ? 0 : 1
        var best = Swift.min(
          table[row][column] + change, table[row][column + 1] + 1, table[row + 1][column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = Swift.min(best, table[row - 1][column - 1] + 1)
        }
        table[row + 1][column + 1] = best
      }
    }
    return table[left.count][right.count]
  }
}
