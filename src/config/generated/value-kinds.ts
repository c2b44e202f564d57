// Generated from schemas/p2p.schema.json by npm run derive. Do not edit.
export const valueKinds = {
  "keys": {
    "include": {
      "item": {
        "is": "path",
        "keys": {
          "path": {
            "is": "path"
          },
          "env_file": {
            "is": "path",
            "item": {
              "is": "path"
            }
          }
        }
      }
    },
    "accounts": {
      "each": {
        "keys": {
          "password": {
            "keys": {
              "file": {
                "is": "path"
              }
            },
            "is": "secret"
          },
          "auth_hash": {
            "keys": {
              "file": {
                "is": "path"
              }
            },
            "is": "secret"
          },
          "auth_token": {
            "keys": {
              "file": {
                "is": "path"
              }
            },
            "is": "secret"
          }
        }
      }
    },
    "defaults": {
      "keys": {
        "connectd": {
          "keys": {
            "program": {
              "is": "program"
            }
          }
        },
        "ssh": {
          "keys": {
            "identity": {
              "is": "key-path",
              "item": {
                "is": "key-path"
              }
            },
            "config": {
              "is": "path"
            },
            "options": {
              "each": {
                "is": "as-written",
                "item": {
                  "is": "as-written"
                }
              }
            }
          }
        },
        "extends": {
          "keys": {
            "file": {
              "is": "path"
            }
          }
        },
        "labels": {
          "each": {}
        },
        "depends_on": {
          "each": {},
          "form": "names"
        },
        "environment": {
          "each": {
            "keys": {
              "file": {
                "is": "path"
              }
            },
            "is": "environment"
          },
          "form": "assignments"
        },
        "env_file": {
          "is": "path",
          "item": {
            "is": "path",
            "keys": {
              "path": {
                "is": "path"
              }
            }
          },
          "form": "list"
        },
        "working_dir": {
          "is": "path"
        }
      }
    },
    "tunnels": {
      "each": {
        "keys": {
          "connectd": {
            "keys": {
              "program": {
                "is": "program"
              }
            }
          },
          "ssh": {
            "keys": {
              "identity": {
                "is": "key-path",
                "item": {
                  "is": "key-path"
                }
              },
              "config": {
                "is": "path"
              },
              "options": {
                "each": {
                  "is": "as-written",
                  "item": {
                    "is": "as-written"
                  }
                }
              }
            }
          },
          "extends": {
            "keys": {
              "file": {
                "is": "path"
              }
            }
          },
          "labels": {
            "each": {}
          },
          "depends_on": {
            "each": {},
            "form": "names"
          },
          "environment": {
            "each": {
              "keys": {
                "file": {
                  "is": "path"
                }
              },
              "is": "environment"
            },
            "form": "assignments"
          },
          "env_file": {
            "is": "path",
            "item": {
              "is": "path",
              "keys": {
                "path": {
                  "is": "path"
                }
              }
            },
            "form": "list"
          },
          "working_dir": {
            "is": "path"
          }
        }
      }
    }
  }
} as const
