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
          },
          "auth_index": {
            "is": "typed"
          }
        }
      }
    },
    "defaults": {
      "keys": {
        "port": {
          "is": "typed"
        },
        "ports": {
          "each": {
            "is": "typed"
          }
        },
        "bind": {
          "is": "typed",
          "item": {
            "is": "typed"
          }
        },
        "connectd": {
          "keys": {
            "encryption": {
              "is": "typed"
            },
            "max_depth": {
              "is": "typed"
            },
            "program": {
              "is": "program"
            }
          }
        },
        "ssh": {
          "keys": {
            "forward": {
              "item": {
                "keys": {
                  "port": {
                    "is": "typed"
                  },
                  "bind": {
                    "is": "typed"
                  }
                },
                "form": "forward"
              }
            },
            "reverse": {
              "keys": {
                "from": {
                  "is": "typed"
                }
              },
              "item": {
                "keys": {
                  "from": {
                    "is": "typed"
                  }
                }
              }
            },
            "dynamic": {
              "is": "typed"
            },
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
        "tcp": {
          "keys": {
            "forward": {
              "item": {
                "keys": {
                  "port": {
                    "is": "typed"
                  },
                  "bind": {
                    "is": "typed"
                  }
                },
                "form": "forward"
              }
            },
            "max_connections": {
              "is": "typed"
            }
          }
        },
        "command": {
          "keys": {
            "shell": {
              "is": "typed"
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
          "each": {
            "keys": {
              "condition": {
                "is": "typed"
              },
              "restart": {
                "is": "typed"
              }
            }
          },
          "form": "names"
        },
        "ready": {
          "keys": {
            "listen": {
              "is": "typed"
            }
          }
        },
        "healthcheck": {
          "keys": {
            "listen": {
              "is": "typed"
            },
            "tls": {
              "is": "typed"
            },
            "retries": {
              "is": "typed"
            }
          }
        },
        "restart": {
          "is": "typed"
        },
        "outcomes": {
          "item": {
            "keys": {
              "means": {
                "is": "typed"
              }
            }
          }
        },
        "stop": {
          "keys": {
            "signal": {
              "is": "typed"
            }
          }
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
              },
              "required": {
                "is": "typed"
              }
            }
          },
          "form": "list"
        },
        "working_dir": {
          "is": "path"
        },
        "logs": {
          "keys": {
            "keep": {
              "is": "typed"
            }
          }
        }
      }
    },
    "tunnels": {
      "each": {
        "keys": {
          "port": {
            "is": "typed"
          },
          "ports": {
            "each": {
              "is": "typed"
            }
          },
          "bind": {
            "is": "typed",
            "item": {
              "is": "typed"
            }
          },
          "connectd": {
            "keys": {
              "encryption": {
                "is": "typed"
              },
              "max_depth": {
                "is": "typed"
              },
              "program": {
                "is": "program"
              }
            }
          },
          "ssh": {
            "keys": {
              "forward": {
                "item": {
                  "keys": {
                    "port": {
                      "is": "typed"
                    },
                    "bind": {
                      "is": "typed"
                    }
                  },
                  "form": "forward"
                }
              },
              "reverse": {
                "keys": {
                  "from": {
                    "is": "typed"
                  }
                },
                "item": {
                  "keys": {
                    "from": {
                      "is": "typed"
                    }
                  }
                }
              },
              "dynamic": {
                "is": "typed"
              },
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
          "tcp": {
            "keys": {
              "forward": {
                "item": {
                  "keys": {
                    "port": {
                      "is": "typed"
                    },
                    "bind": {
                      "is": "typed"
                    }
                  },
                  "form": "forward"
                }
              },
              "max_connections": {
                "is": "typed"
              }
            }
          },
          "command": {
            "keys": {
              "shell": {
                "is": "typed"
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
            "each": {
              "keys": {
                "condition": {
                  "is": "typed"
                },
                "restart": {
                  "is": "typed"
                }
              }
            },
            "form": "names"
          },
          "ready": {
            "keys": {
              "listen": {
                "is": "typed"
              }
            }
          },
          "healthcheck": {
            "keys": {
              "listen": {
                "is": "typed"
              },
              "tls": {
                "is": "typed"
              },
              "retries": {
                "is": "typed"
              }
            }
          },
          "restart": {
            "is": "typed"
          },
          "outcomes": {
            "item": {
              "keys": {
                "means": {
                  "is": "typed"
                }
              }
            }
          },
          "stop": {
            "keys": {
              "signal": {
                "is": "typed"
              }
            }
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
                },
                "required": {
                  "is": "typed"
                }
              }
            },
            "form": "list"
          },
          "working_dir": {
            "is": "path"
          },
          "logs": {
            "keys": {
              "keep": {
                "is": "typed"
              }
            }
          }
        }
      }
    }
  }
} as const
