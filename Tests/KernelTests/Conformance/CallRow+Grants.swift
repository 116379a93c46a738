import I386
import MinixABI

@testable import Kernel

/// ABI 8.7: grants, safe copies and mappings.
extension CallRow {
  static let grants: [CallRow] = safeCopies + vectors + tables + mappings

  /// The other service's grants: 0 for everything, 1 for nothing, 2 leads to itself.
  private static func granted(_ scene: Scene) -> Scene {
    scene.aboutOther()
    scene.bench.grant(
      scene.other,
      [
        .direct(to: scene.caller.endpoint, Place.message, 0x1000),
        .direct(to: scene.user.endpoint, Place.message, 0x1000),
        .indirect(to: .any, scene.other.endpoint, 2),
      ])
    return scene
  }

  private static func safeCopy(
    _ scene: Scene, _ call: KernelCallNumber, _ grant: Int32 = 0, offset: UInt32 = 0,
    _ byteCount: UInt32 = 8, own address: UInt32 = Place.message + 0x100, segment: Int32 = 1
  ) -> Message {
    .safeCopy(
      call, scene.other.endpoint, grant, offset: offset, byteCount, own: address, segment: segment)
  }

  private static let safeCopies: [CallRow] = [KernelCallNumber.safeCopyFrom, .safeCopyTo].flatMap {
    call in
    join(
      [
        CallRow(call, "what is granted", .ok) { safeCopy(granted($0), call) },
        CallRow(call, "beyond it", .eperm) { safeCopy(granted($0), call, offset: 0xFFC) },
        CallRow(call, "another's", .eperm) { safeCopy(granted($0), call, 1) },
        CallRow(call, "a ring", .eloop) { safeCopy(granted($0), call, 2) },
        CallRow(call, "no grant", .eperm) { safeCopy(granted($0), call, 3) },
        CallRow(call, "grant -1", .einval) { safeCopy(granted($0), call, -1) },
        CallRow(call, "without a table", .eperm) { scene in
          scene.aboutOther()
          return safeCopy(scene, call)
        },
        CallRow(call, "nothing", .edom) { safeCopy(granted($0), call, 0, 0) },
        CallRow(call, "own side outside", .efault) {
          safeCopy(granted($0), call, own: 0xF000_0000)
        },
        CallRow(call, "own side far", .einval) { safeCopy(granted($0), call, segment: 0x100) },
        CallRow(call, "own side physical", .eperm) {
          safeCopy(granted($0), call, segment: 0x400)
        },
      ],
      endpoints(call, at: 8, nobody(.einval)) { safeCopy(granted($0), call) })
  }

  /// A vector of one element in the caller's memory.
  private static func vector(
    _ scene: Scene, from: Endpoint? = nil, to: Endpoint = .itself, _ grant: Int32 = 0,
    own: UInt32 = Place.message + 0x100, _ byteCount: UInt32 = 8, count: Int32 = 1
  ) -> Message {
    var image = KernelImage(byteCount: 24)
    (image[endpoint: 0], image[endpoint: 4]) = (from ?? scene.other.endpoint, to)
    (image[int: 8], image[word: 16], image[word: 20]) = (grant, own, byteCount)
    scene.bench.write(image.bytes, to: scene.caller, at: Place.pair)
    return scene.request(.vectorSafeCopy, (24, count), (28, word(Place.pair)))
  }

  private static let vectors: [CallRow] = [
    CallRow(.vectorSafeCopy, "one element", .ok) { vector(granted($0)) },
    CallRow(.vectorSafeCopy, "none", .edom) { vector(granted($0), count: 0) },
    CallRow(.vectorSafeCopy, "too many", .einval) { vector(granted($0), count: 65) },
    CallRow(.vectorSafeCopy, "less than none", .einval) { vector(granted($0), count: -1) },
    CallRow(.vectorSafeCopy, "without SELF", .einval) { scene in
      vector(granted(scene), to: scene.user.endpoint)
    },
    CallRow(.vectorSafeCopy, "SELF twice", .einval) { vector(granted($0), from: .itself) },
    CallRow(.vectorSafeCopy, "another's grant", .eperm) { vector(granted($0), 1) },
    CallRow(.vectorSafeCopy, "an empty copy", .edom) {
      vector(granted($0), 0, own: Place.message, 0)
    },
    CallRow(.vectorSafeCopy, "own side outside", .efault) {
      vector(granted($0), own: 0xF000_0000)
    },
    CallRow(.vectorSafeCopy, "vector outside", .efault) { scene in
      granted(scene).request(.vectorSafeCopy, (24, 1), (28, word(0xEFFF_FFF0)))
    },
  ]

  private static let tables: [CallRow] = [
    CallRow(.setGrant, "a table", .ok) { scene in
      scene.request(.setGrant, (12, 4), (28, word(Place.pair)))
    },
    CallRow(.setGrant, "anywhere: it is looked at later", .ok) { scene in
      scene.request(.setGrant, (12, -1), (28, -1))
    },
  ]

  private static func map(
    _ scene: Scene, _ grant: Int32 = 0, to address: UInt32 = Place.nowhere,
    _ byteCount: Int32 = 0x1000
  ) -> Message {
    scene.request(
      .safeMap, (8, scene.other.endpoint.rawValue), (12, grant), (20, word(address)),
      (24, byteCount), (28, 1), (32, 1))
  }

  /// What VM has mapped, or not yet.
  private static func mapped(
    _ scene: Scene, _ grant: Int32 = 0, isEstablished: Bool = true, count: Int = 1
  ) -> Scene {
    _ = granted(scene)
    for _ in 0..<count {
      _ = scene.bench.kernel.safeMaps.add(
        SafeMap(
          granter: scene.other.endpoint, grant: GrantID(rawValue: grant), offset: 0,
          owner: scene.other.endpoint, source: LinearAddress(Place.message),
          grantee: scene.caller.endpoint, segment: 1, address: LinearAddress(Place.nowhere),
          byteCount: 0x1000, isEstablished: isEstablished))
    }
    return scene
  }

  private static func unmap(_ scene: Scene, _ address: UInt32 = Place.nowhere) -> Message {
    scene.request(.safeUnmap, (20, word(address)), (28, 1))
  }

  /// Mappings of which the caller is the granter.
  private static func ownGrant(_ scene: Scene, _ grant: Int32, isEstablished: Bool) -> Scene {
    scene.bench.grant(
      scene.caller, [.direct(to: scene.other.endpoint, Place.message, 0x1000)])
    _ = scene.bench.kernel.safeMaps.add(
      SafeMap(
        granter: scene.caller.endpoint, grant: GrantID(rawValue: grant), offset: 0,
        owner: scene.caller.endpoint, source: LinearAddress(Place.message),
        grantee: scene.other.endpoint, segment: 1, address: LinearAddress(Place.nowhere),
        byteCount: 0x1000, isEstablished: isEstablished))
    return scene
  }

  private static let mappings: [CallRow] = [
    CallRow(.safeMap, "another's grant", .eperm) { map(granted($0), 1) },
    CallRow(.safeMap, "a ring", .eloop) { map(granted($0), 2) },
    CallRow(.safeMap, "grant -1", .einval) { map(granted($0), -1) },
    CallRow(.safeMap, "unaligned", .einval) { map(granted($0), to: Place.nowhere + 4) },
    CallRow(.safeMap, "nothing", .einval) { map(granted($0), 0, 0) },
    CallRow(.safeMap, "outside", .einval) { map(granted($0), to: 0xF000_0000) },
    CallRow(.safeMap, "the twenty-first", .ebusy) { map(mapped($0, count: 20)) },
    CallRow(.safeUnmap, "what is not mapped", .ok) { unmap(mapped($0), Place.message) },
    CallRow(.safeUnmap, "whose grant is gone", .eperm) { unmap(mapped($0, 1)) },
    CallRow(.safeUnmap, "what VM has not mapped yet", .einval) {
      unmap(mapped($0, isEstablished: false))
    },
    CallRow(.safeRevokeMap, "what is another's", .ok) { scene in
      mapped(scene).request(.safeRevokeMap, (12, 0), (32, 1))
    },
    CallRow(.safeRevokeMap, "whose grant is gone", .eperm) { scene in
      ownGrant(scene, 9, isEstablished: true).request(.safeRevokeMap, (12, 9), (32, 1))
    },
    CallRow(.safeRevokeMap, "what VM has not mapped yet", .einval) { scene in
      ownGrant(scene, 0, isEstablished: false).request(.safeRevokeMap, (12, 0), (32, 1))
    },
  ]
}
