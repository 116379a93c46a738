import GuestImage
import TestSupport
import Testing

/// Every way in which a manifest can be bad, and the line that is printed for it.
@Suite struct ManifestErrorTests {
  @Test(arguments: documentCases + keyCases + valueCases)
  func isNamed(text: String, message: String) {
    let error = #expect(throws: ManifestError.self) {
      try Manifest(FileContents(path: "demo.yaml", bytes: Array(text.utf8)))
    }
    #expect(error?.description == "demo.yaml" + message)
    #expect(error?.exitCode == 65)
  }

  static let documentCases: [(String, String)] = [
    ("", ": is empty; a manifest needs at least 'programs'"),
    ("# nothing\n", ": is empty; a manifest needs at least 'programs'"),
    (
      "---\n",
      ":2:1: a manifest must be keys with values; this is nothing. "
        + "Known: programs, memory, timeout, delivery, policy, environment, files"
    ),
    (
      "- file: x",
      ":1:1: a manifest must be keys with values; this is a list. "
        + "Known: programs, memory, timeout, delivery, policy, environment, files"
    ),
    ("memory: 1MiB\n", ":1:1: a manifest needs the key 'programs', a list"),
    (
      "programs:\n  - file: 'x\n",
      ":3:1: is not YAML: found unexpected end of stream while scanning a quoted scalar"
    ),
    (
      "programs: [\n",
      ":2:1: is not YAML: did not find expected node content while parsing a flow node"
    ),
    (
      "programs:\n\t- x\n",
      ":2:1: is not YAML: found character that cannot start any token while scanning for the next token"
    ),
    ("programs: *all\n", ":1:11: is not YAML: found undefined alias"),
    (
      "programs: []\n---\nprograms: []\n",
      ":2:1: is not YAML: but found another document expected a single document in the stream"
    ),
    ("programs: \u{1}\n", ":1:11: is not YAML: control characters are not allowed"),
    (
      "programs:\n  - &p {file: x}\n",
      ":2:5: anchors ('&') are not part of a manifest; "
        + "for text that begins with '&' write \"\\x26\" in double quotes"
    ),
  ]

  static let keyCases: [(String, String)] = [
    (
      "program: []",
      ":1:1: unknown key 'program' in a manifest; did you mean 'programs'? "
        + "Known: programs, memory, timeout, delivery, policy, environment, files"
    ),
    (
      "colour: 1",
      ":1:1: unknown key 'colour' in a manifest. Known: programs, memory, timeout, delivery, policy, environment, files"
    ),
    (
      "programs:\n  - file: x\n    argumnets: []\n",
      ":3:5: unknown key 'argumnets' in a program; did you mean 'arguments'? "
        + "Known: name, file, arguments, environment, as, traps, ipc-to, kernel-calls, priority, "
        + "quantum, server, count, after, delay"
    ),
    (
      "programs: [{file: x, ? [a] : b}]",
      ":1:24: a key in a program must be text; this is a list"
    ),
    ("programs:\n  - name: x\n", ":2:5: this program has no 'file'"),
    (
      "programs:\n  - file: x\n    file: y\n", ":2:5: the key 'file' is given more than once"
    ),
    (
      "programs: [x]",
      ":1:12: a program must be keys with values; this is text. "
        + "Known: name, file, arguments, environment, as, traps, ipc-to, kernel-calls, priority, "
        + "quantum, server, count, after, delay"
    ),
    ("programs: x", ":1:11: 'programs' must be a list; this is text"),
    ("programs: []", ":1:11: 'programs' is empty; a manifest needs at least one program"),
  ]

  static let valueCases: [(String, String)] = [
    (
      "programs: [{file: x}]\ndelivery: mail",
      ":2:11: 'delivery' cannot be 'mail'. Known: message, signal"
    ),
    (
      "programs: [{file: x}]\ndelivery: mesage",
      ":2:11: 'delivery' cannot be 'mesage'; did you mean 'message'? Known: message, signal"
    ),
    (
      "programs: [{file: x}]\npolicy: around",
      ":2:9: 'policy' cannot be 'around'. Known: exact, around:N and eager, with N from 1 to 1023"
    ),
    (
      "programs: [{file: x}]\nenvironment: [A]",
      ":2:14: 'environment' must be names with values; this is a list"
    ),
    (
      "programs: [{file: x}]\nenvironment: {A=B: c}",
      ":2:15: 'environment': a variable's name cannot hold '=', as 'A=B' does"
    ),
    (
      "programs: [{file: x, environment: {A: [b]}}]",
      ":1:39: 'environment': the variable 'A' must be text; this is a list"
    ),
    ("programs: [{file: x, quantum: 0}]", ":1:31: 'quantum' cannot be '0'. Known: 1 to 127 ticks"),
    (
      "programs: [{file: x, traps: [send]}]",
      ":1:29: 'traps' is of a system process's privileges; add 'as: system'"
    ),
    (
      "programs: [{file: x, as: system, traps: send}]",
      ":1:41: 'traps' must be a list; this is text"
    ),
    (
      "programs: [{file: x, as: system, traps: [snd]}]",
      ":1:42: 'traps' cannot have 'snd'; did you mean 'send'? Known: send, receive, sendrec, notify, sendnb, senda"
    ),
    (
      "programs: [{file: x, as: system, ipc-to: [y, pn]}]",
      ":1:43: 'ipc-to' cannot have 'y'; did you mean 'x'? Known: pm, vfs, rs, memory, log, tty, ds, mfs, vm, pfs, init, users, all, x"
    ),
    (
      "programs: [{file: x, after: z}, {file: yes}]",
      ":1:29: 'after': no program is called 'z'; did you mean 'x'? Known: x, yes"
    ),
    ("programs: [{file: x, after: x}]", ":1:29: 'after': 'x' waits for its own end, by way of 'x'"),
    (
      "programs: [{file: x, after: y}, {file: y, after: x}]",
      ":1:29: 'after': 'x' waits for its own end, by way of 'y'"
    ),
    (
      "programs: [{file: x, server: rs, delay: 1s}]",
      ":1:41: a program with 'server' starts with the system"
    ),
    (
      "programs: [{file: x, delay: soon}]",
      ":1:29: 'delay': 'soon' is not a time; write for example 30s, 500ms or 2m"
    ),
    ("programs: [{file: }]", ":1:19: 'file' has no value"),
    ("programs: [{file: [x]}]", ":1:19: 'file' must be one value; this is a list"),
    ("programs: [{file: \"a\\0b\"}]", ":1:19: 'file' cannot hold the character NUL"),
    (
      "programs: [{file: x, arguments: -v}]", ":1:33: 'arguments' must be a list; this is text"
    ),
    (
      "programs: [{file: x, arguments: [{a: b}]}]",
      ":1:34: an argument must be text; this is a mapping"
    ),
    (
      "programs: [{file: x, as: root}]", ":1:26: 'as' cannot be 'root'. Known: user, system"
    ),
    (
      "programs: [{file: x, as: User}]",
      ":1:26: 'as' cannot be 'User'; did you mean 'user'? Known: user, system"
    ),
    (
      "programs: [{file: x, priority: 16}]",
      ":1:32: 'priority' cannot be '16'. Known: 0 (first) to 15"
    ),
    (
      "programs: [{file: x, priority: -1}]",
      ":1:32: 'priority' cannot be '-1'. Known: 0 (first) to 15"
    ),
    (
      "programs: [{file: x, priority: high}]",
      ":1:32: 'priority' cannot be 'high'. Known: 0 (first) to 15"
    ),
    (
      "programs: [{file: x, count: 0}]", ":1:29: 'count' cannot be '0'. Known: 1 to 4096"
    ),
    (
      "programs: [{file: x, count: many}]", ":1:29: 'count' cannot be 'many'. Known: 1 to 4096"
    ),
    (
      "programs: [{file: x, server: vm, count: 2}]",
      ":1:41: a program with 'server' runs once; remove 'count'"
    ),
    (
      "programs: [{file: x, server: vn}]",
      ":1:30: unknown server 'vn'; did you mean 'vm'? "
        + "Known: pm, vfs, rs, memory, log, tty, ds, mfs, vm, pfs, init, or 0 to 10"
    ),
    (
      "programs: [{file: x, server: 11}]",
      ":1:30: unknown server '11'. "
        + "Known: pm, vfs, rs, memory, log, tty, ds, mfs, vm, pfs, init, or 0 to 10"
    ),
    (
      "programs:\n- {file: x, server: vm}\n- {file: y, server: 8}\n",
      ":3:21: the server 'vm' is already taken by the program in line 2"
    ),
    (
      "programs: [{file: x, server: vm, as: user}]",
      ":1:38: a program with 'server' runs as system; remove 'as: user'"
    ),
    (
      "memory: 64MB\nprograms: [{file: x}]",
      ":1:9: 'memory': '64MB' has the unknown unit 'MB'; write for example 256MiB, 1GiB or 65536"
    ),
    (
      "timeout: 30\nprograms: [{file: x}]",
      ":1:10: 'timeout': '30' has no unit; write for example 30s, 500ms or 2m"
    ),
  ]

  @Test func bytesThatAreNotText() {
    let error = #expect(throws: ManifestError.self) {
      try Manifest(FileContents(path: "demo.yaml", bytes: [0x70, 0xFF]))
    }
    #expect(error?.description == "demo.yaml: is not UTF-8 text")
  }

  @Test func aMebibyteAtMost() {
    let bytes = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
    let error = #expect(throws: ManifestError.self) {
      try Manifest(FileContents(path: "demo.yaml", bytes: bytes))
    }
    #expect(error?.description == "demo.yaml: is larger than a manifest may be (1 MiB)")
  }

  @Test("Nesting does not exhaust the stack", arguments: ["[", "{a: ", "- ", "? "])
  func nesting(opening: String) {
    let text =
      "programs: " + (opening == "[" || opening == "{a: " ? "" : "\n")
      + String(repeating: opening, count: 100_000)
    let error = #expect(throws: ManifestError.self) {
      try Manifest(FileContents(path: "demo.yaml", bytes: Array(text.utf8)))
    }
    #expect(error?.detail.hasPrefix("is not YAML") == true, "\(String(describing: error))")
  }

  @Test(arguments: ["&a", "? &a", "{\"k\":&a", "-\u{85}&a", "['x',&a", "!!str &a"])
  func noSpellingOfAnAnchorPasses(spelling: String) {
    let text = "programs: [{file: x}]\nx: \(spelling) y"
    let error = #expect(throws: ManifestError.self) {
      try Manifest(FileContents(path: "demo.yaml", bytes: Array(text.utf8)))
    }
    #expect(error?.detail.hasPrefix("anchors") == true, "\(String(describing: error))")
  }

  @Test func anAmpersandElsewhereIsText() throws {
    let text = #"programs: [{file: x, arguments: ["a & b", "2>&1", "x&y", "\x26z"]}]"#
    let manifest = try Manifest(FileContents(path: "demo.yaml", bytes: Array(text.utf8)))
    #expect(manifest.programs.first?.arguments == ["a & b", "2>&1", "x&y", "&z"])
  }

  @Test(arguments: UInt64(1)...10)
  func everyMutationIsAnswered(seed: UInt64) {
    let good = Array(
      """
      memory: 64MiB
      timeout: 30s
      programs:
        - file: ping
          arguments: [--count, "10", 'a']
          as: system
        - {file: ./my-vm, server: vm, priority: 3}
      """.utf8)
    let pieces: [[UInt8]] =
      [
        "&", "*a", "? ", ": ", "- ", "[", "]", "{", "}", "|\n", ">\n", "\"", "'", "#", "\n", "\t",
        "%",
        "!!", "---\n", "...\n", "\\", "\0", "\u{FEFF}", ",",
      ].map { Array($0.utf8) } + [[0xFF], [0xC3]]
    var random = SeededGenerator(seed: seed)
    for round in 0..<500 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: bytes.indices, using: &random)
        let piece = pieces.randomElement(using: &random) ?? []
        let removed = Int.random(in: 0...min(3, bytes.count - place), using: &random)
        bytes.replaceSubrange(place..<place + removed, with: piece)
      }
      do throws(ManifestError) {
        let manifest = try Manifest(FileContents(path: "demo.yaml", bytes: bytes))
        #expect(!manifest.programs.isEmpty, "seed \(seed), round \(round)")
      } catch {
        #expect(!error.description.contains("\n"), "seed \(seed), round \(round)")
      }
    }
  }
}
