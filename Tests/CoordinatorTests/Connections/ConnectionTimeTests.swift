import Fleet
import FleetTestKit
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOEmbedded
import Testing

@testable import Coordinator

/// How long the connections of a listener may last, on event loops whose time the tests move.
@Suite("The time of strangers")
struct ConnectionTimeTests {
  private struct NoAddress: Error {}

  private static let peer = "ipv4:127.0.0.1:5000"

  /// A connection that a listener has just accepted.
  private func accepted(by limiter: ConnectionLimiter) throws -> EmbeddedChannel {
    var callbacks = HTTP2ServerTransport.Config.ChannelDebuggingCallbacks.defaults
    limiter.watch(&callbacks)
    let accept = try #require(callbacks.onAcceptTCPConnection)
    let channel = EmbeddedChannel()
    guard case .v4(let far) = try SocketAddress(ipAddress: "127.0.0.1", port: 5000) else { throw NoAddress() }
    try accept(channel).wait()
    // The far end as the kernel tells it, with the address in words.
    try channel.connect(to: SocketAddress(far.address, host: "127.0.0.1")).wait()
    #expect(channel.isActive && limiter.count == 1)
    return channel
  }

  @Test("a link connection without a call for 20 seconds is closed and leaves its place")
  func silent() throws {
    let limiter = ConnectionLimiter(.link)
    let channel = try accepted(by: limiter)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(19_999))
    #expect(channel.isActive && limiter.count == 1)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(!channel.isActive && limiter.count == 0)
  }

  @Test("at the link, one that has called in time stays for as long as it likes")
  func called() throws {
    let limiter = ConnectionLimiter(.link)
    let channel = try accepted(by: limiter)
    channel.embeddedEventLoop.advanceTime(by: .seconds(19))
    try limiter.bind(Self.peer, to: "5f", of: "host:h1")
    channel.embeddedEventLoop.advanceTime(by: .hours(24))
    #expect(channel.isActive && limiter.count == 1)
    #expect(limiter.close(serial: "5f") == 1)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive && limiter.count == 0)
  }

  @Test("where hosts join, a connection is closed after 60 seconds, whatever it has done")
  func life() throws {
    let limiter = ConnectionLimiter(.enrolment)
    let channel = try accepted(by: limiter)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(59_999))
    #expect(channel.isActive && limiter.count == 1)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(!channel.isActive && limiter.count == 0)
  }

  @Test("an address has a place again when the time of who held it is up")
  func places() throws {
    let limiter = ConnectionLimiter(.init(all: 10, strangersPerAddress: 1, firstCall: .seconds(20)))
    let first = try accepted(by: limiter)
    first.embeddedEventLoop.advanceTime(by: .seconds(20))
    let second = try accepted(by: limiter)
    #expect(!first.isActive && second.isActive && limiter.count == 1)
  }
}
