extension ConformanceReport {
  /// A line for each test: first each group, then each divergence.
  struct Point {
    let name: String
    let group: String
    let isGood: Bool
    /// What to say of a bad one.
    var details: [String] = []
    var known: String?
  }

  /// How many cases differ in ways for which a payload had no room.
  public var untold: Int { failed - divergences.reduce(0) { $0 + $1.alike } }

  /// The groups that were run, in the order of their names, each with its divergences.
  var points: [Point] {
    let told = groupNames.flatMap { group in
      let found = divergences.filter { $0.group == group }
      let count = cases[group, default: 0]
      let differing = found.reduce(0) { $0 + $1.alike }
      return [
        Point(name: "\(count - differing) of \(count) cases agree", group: group, isGood: true)
      ]
        + found.map { divergence in
          Point(
            name: "\(divergence.id) \(divergence.case)", group: group, isGood: false,
            details: divergence.details, known: divergence.known)
        }
    }
    return untold == 0 ? told : told + [untoldPoint]
  }

  private var untoldPoint: Point {
    Point(
      name: "more cases differ, in too many ways to tell: \(untold); a filter shows them",
      group: "all", isGood: false)
  }

  var groupNames: [String] { cases.keys.filter { $0 != "total" }.sorted() }

  /// The report as TAP, version 14.
  public var tap: String {
    var lines = ["TAP version 14", "# engine: \(engine), \(processor)", "1..\(points.count)"]
    for (index, point) in points.enumerated() {
      let directive = point.known == nil ? "" : " # TODO known divergence"
      lines.append(
        "\(point.isGood ? "ok" : "not ok") \(index + 1) - \(point.group): "
          + point.name.replacing("\\", with: "\\\\").replacing("#", with: "\\#") + directive)
      lines += point.details.map { "# " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  /// The report as JUnit's XML.
  public var junit: String {
    let bad = points.filter { !$0.isGood && $0.known == nil }.count
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuite name=\"faultline conform\" tests=\"\(points.count)\" failures=\"\(bad)\" "
        + "skipped=\"\(points.count { $0.known != nil })\" errors=\"0\" "
        + "hostname=\"\(Self.escaped(engine))\">",
    ]
    for point in points {
      let start =
        "  <testcase classname=\"\(point.group)\" name=\"\(Self.escaped(point.name))\""
      let text = Self.escaped(point.details.joined(separator: "\n"))
      if point.isGood {
        lines.append(start + "/>")
      } else if let known = point.known {
        lines.append(start + "><skipped message=\"\(Self.escaped(known))\"/></testcase>")
      } else {
        lines.append(start + "><failure message=\"differs\">\(text)</failure></testcase>")
      }
    }
    return (lines + ["</testsuite>"]).joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}

extension Divergence {
  /// Everything but the case itself, a line each.
  public var details: [String] {
    [
      "expected: \(expected)", "seen: \(seen)",
      "\(alike) \(alike == 1 ? "case differs" : "cases differ") like this (\(kind))",
      "repeat: \(self.repeat)",
    ] + (known.map { ["known: \($0)"] } ?? [])
  }
}
