// Embedded Swift in ring 3: arrays on the heap, a struct, a closure, strings.
// Counts the primes below a limit with a sieve and sorts records, and checks
// both results.

/// A line of the table that is sorted.
struct Record {
  let key: UInt32
  let origin: Int
}

/// The program: `embedded [LIMIT]`.
@main
struct Embedded {
  static func main() {
    let limit = limitFromArguments()
    let primes = primeCount(below: limit)
    if limit == 1_000_000, primes != 78_498 {
      Program.fail("\(primes) primes below \(limit)")
    }
    print("\(primes) primes below \(limit)")

    let records = sortedRecords(count: limit / 20)
    checkOrder(of: records)
    print("sorted \(records.count) records")
  }

  private static func limitFromArguments() -> Int {
    let arguments = Program.arguments
    if arguments.count == 1 { return 1_000_000 }
    guard arguments.count == 2, let limit = Int(arguments[1]), limit >= 2 else {
      Program.usage("embedded [LIMIT]   (1000000 if not said)")
    }
    return limit
  }

  private static func primeCount(below limit: Int) -> Int {
    var isPrime = [Bool](repeating: true, count: limit)
    isPrime[0] = false
    isPrime[1] = false
    var factor = 2
    while factor * factor < limit {
      if isPrime[factor] {
        for multiple in stride(from: factor * factor, to: limit, by: factor) {
          isPrime[multiple] = false
        }
      }
      factor += 1
    }
    return isPrime.count { $0 }
  }

  private static func sortedRecords(count: Int) -> [Record] {
    var key: UInt32 = 1
    var records: [Record] = []
    for origin in 0..<count {
      key = key &* 1_664_525 &+ 1_013_904_223
      records.append(Record(key: key, origin: origin))
    }
    return records.sorted { $0.key < $1.key }
  }

  /// Ascending keys, and every origin still there once.
  private static func checkOrder(of records: [Record]) {
    var seen = [Bool](repeating: false, count: records.count)
    for (index, record) in records.enumerated() {
      if index > 0, records[index - 1].key > record.key {
        Program.fail("record \(index) is out of order")
      }
      seen[record.origin] = true
    }
    if !seen.allSatisfy({ $0 }) {
      Program.fail("a record was lost in sorting")
    }
  }
}
