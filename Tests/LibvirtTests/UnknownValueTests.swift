import Libvirt
import Testing

@Suite("Values newer than the library")
struct UnknownValueTests {
  @Test("unknown states and reasons keep their number")
  func states() {
    #expect(DomainState(rawValue: 99) == .unknown(99))
    #expect(DomainState(rawValue: -1) == .unknown(-1))
    #expect(DomainStateReason(rawValue: 99, of: .running) == .unknown(99))
    #expect(DomainStateReason(rawValue: -1, of: .paused) == .unknown(-1))
    #expect(DomainStateReason(rawValue: 1, of: .unknown(99)) == .unknown(1))
    #expect(StoragePoolInfo.State(rawValue: 77) == .unknown(77))
  }

  @Test("one number means another reason in another state")
  func reasons() {
    #expect(DomainStateReason(rawValue: 5, of: .running) == .unpaused)
    #expect(DomainStateReason(rawValue: 5, of: .paused) == .ioError)
    #expect(DomainStateReason(rawValue: 5, of: .shutOff) == .saved)
    #expect(DomainStateReason(rawValue: 1, of: .crashed) == .panicked)
    #expect(DomainStateReason(rawValue: 1, of: .shuttingDown) == .user)
    #expect(DomainStateReason(rawValue: 8, of: .shutOff) == .daemon)
    #expect(DomainStateReason(rawValue: 11, of: .running) == .postcopyFailed)
    #expect(DomainStateReason(rawValue: 11, of: .paused) == .startingUp)
  }

  @Test("unknown events keep their numbers")
  func events() {
    let lifecycle = DomainLifecycle(rawEvent: 42, rawDetail: 7)
    #expect(lifecycle.change == .unknown(42))
    #expect(lifecycle.detail == .unknown(7))
    #expect(DomainLifecycle(rawEvent: 5, rawDetail: 1).detail == .destroyed)
    #expect(DomainLifecycle(rawEvent: 5, rawDetail: 70).detail == .unknown(70))
    #expect(NetworkLifecycle(rawValue: 9) == .unknown(9))
    #expect(PoolLifecycle(rawValue: 9) == .unknown(9))
    #expect(CloseReason(rawValue: 9) == .unknown(9))
  }

  @Test("versions come apart into three numbers and compare")
  func versions() {
    let version = Version(packed: 9_012_003)
    #expect(version == Version(major: 9, minor: 12, release: 3))
    #expect("\(version)" == "9.12.3")
    #expect(version < Version(major: 10, minor: 0, release: 0))
  }
}
